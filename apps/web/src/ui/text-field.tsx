import {
  TextField as AriaTextField,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  type TextFieldProps,
} from 'react-aria-components';
import styles from './field.module.css';

interface Props extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string;
  readonly description?: string;
  /** What is wrong with it; shown and announced. */
  readonly error?: string | undefined;
  readonly rows?: number;
  readonly placeholder?: string;
}

/** One field of text; with `rows` it has several lines. */
export function TextField({ label, description, error, rows, placeholder, ...props }: Props) {
  const shown = placeholder === undefined ? {} : { placeholder };
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={styles.field ?? ''}>
      <Label className={styles.label ?? ''}>{label}</Label>
      {rows === undefined ? (
        <Input className={styles.input ?? ''} dir="auto" {...shown} />
      ) : (
        <TextArea className={styles.input ?? ''} dir="auto" rows={rows} {...shown} />
      )}
      {description && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}
