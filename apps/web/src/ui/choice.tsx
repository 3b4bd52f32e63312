import {
  Switch as AriaSwitch,
  Label,
  Radio,
  RadioGroup,
  type RadioGroupProps,
  type SwitchProps,
  Text,
} from 'react-aria-components';
import styles from './choice.module.css';

interface SwitchOwnProps extends Omit<SwitchProps, 'className' | 'style' | 'children'> {
  readonly children: string;
  readonly description?: string;
}

/** Something that is on or off, at once. */
export function Switch({ children, description, ...props }: SwitchOwnProps) {
  return (
    <AriaSwitch {...props} className={styles.switch ?? ''}>
      <span className={styles.words}>
        <span>{children}</span>
        {description && <span className={styles.description}>{description}</span>}
      </span>
      <span className={styles.track} aria-hidden>
        <span className={styles.thumb} />
      </span>
    </AriaSwitch>
  );
}

interface ChoiceProps<Value extends string>
  extends Omit<RadioGroupProps, 'className' | 'style' | 'children' | 'value' | 'onChange'> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    readonly description?: string;
    /** Of the label, where it is not the page's. */
    readonly lang?: string;
  }[];
  /** What the choice as a whole means. */
  readonly description?: string;
}

/** One of a few. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
  description,
  ...props
}: ChoiceProps<Value>) {
  return (
    <RadioGroup
      {...props}
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      className={styles.group ?? ''}
    >
      <Label className={styles.label ?? ''}>{label}</Label>
      {description && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className={styles.radio ?? ''}>
          <span className={styles.dot} aria-hidden />
          <span className={styles.words}>
            <span lang={option.lang}>{option.label}</span>
            {option.description && <span className={styles.description}>{option.description}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
