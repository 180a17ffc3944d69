import { ValidationPipe, type Type } from '@nestjs/common';
import { inputRefusal } from './input-errors.js';

/** Unknown members are refused, values are never echoed; the same for both doors. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: inputRefusal,
  });

/** An input that comes another way than as the body of a request. Throws DoorRefusal with what is wrong, and where. */
export const validated = async <T extends object>(value: unknown, metatype: Type<T>): Promise<T> =>
  (await validation().transform(value, { type: 'body', metatype })) as T;
