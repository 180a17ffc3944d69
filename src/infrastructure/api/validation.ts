import { ValidationPipe, type ArgumentMetadata, type Type } from '@nestjs/common';
import { inputRefusal } from './input-errors.js';

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
/**
 * What was validated, as plain data: from here on an input is what it says, not what it is made of, and a member that was not given is not there. That a member
 * is `null` is how much software says that it is not given.
 */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inside]) => (isGiven(inside) ? [[name, plain(inside)]] : [])));
};

/** Unknown members are refused, values are never echoed; the same for both doors. What has no class of ours, such as a form, is handed on as it came. */
class InputValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const taken: unknown = await super.transform(value, metadata);
    return metadata.type !== 'custom' && this.toValidate(metadata) ? plain(taken) : taken;
  }
}
export const validation = (): ValidationPipe =>
  new InputValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: inputRefusal,
  });

/** An input that comes another way than as the body of a request. Throws DoorRefusal with what is wrong, and where. */
export const validated = async <T extends object>(value: unknown, metatype: Type<T>): Promise<T> =>
  (await validation().transform(value, { type: 'body', metatype })) as T;
