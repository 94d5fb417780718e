import { fieldService } from '../domains/field-service/index.ts';
import type { Domain } from './define-domain.ts';

/** Every domain this build can serve. A new one is one line here, and its migrations. */
export const domains: { readonly [name: string]: Domain } = {
  [fieldService.name]: fieldService,
};
