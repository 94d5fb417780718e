import type { EscrowReason } from '../protocol/escrow.ts';
import { fieldList, spanishRecord } from '../sentences/spanish.ts';
import { unreachable } from '../unreachable.ts';
import type { QuarantineSummaryInput } from './quarantine-summary.ts';

/** As in the sentences about conflicts, nothing agrees with a person's gender. */
export function spanishQuarantineSummary(input: QuarantineSummaryInput): string {
  const { reason, wasRefused } = input;
  const fate = wasRefused ? `Se había rechazado, y ${WHY[reason]}` : `No llegó: ${WHY[reason]}`;
  return `${whatHappened(input)}. ${fate}.`;
}

function whatHappened({ domain, author, change }: QuarantineSummaryInput): string {
  if (change === null) return `El dispositivo de ${author} entregó algo que no se puede leer como un cambio`;
  const { a, noun } = spanishRecord({ domain, entity: change.entity });
  const record = `${a} ${noun}`;
  switch (change.op) {
    case 'create':
      return `${author} creó ${record}`;
    case 'delete':
      return `${author} eliminó ${record}`;
    case 'update':
      return change.fields.length === 0
        ? `${author} no cambió nada de ${record}`
        : `${author} cambió ${fieldList({ domain, ...change })} de ${record}`;
    default:
      return unreachable(change.op);
  }
}

const WHY: { readonly [R in EscrowReason]: string } = {
  revoked: 'se había revocado el dispositivo',
  removed: 'ya no formaba parte del equipo',
  disabled: 'su acceso estaba desactivado',
  signedOut: 'había cerrado la sesión',
};
