import { validateWithoutEval } from '@sotto/local-api';

/** First of all imports: our content policy forbids compiling code, and even the try would be reported. */
validateWithoutEval();
