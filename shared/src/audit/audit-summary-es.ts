import type { SpanishLabels } from '../domain/labels.ts';
import type { AuditAction } from '../protocol/audit.ts';
import type { NamedFields } from '../sentences/named-fields.ts';
import { fieldList, spanishRecord } from '../sentences/spanish.ts';
import type { AuditSummaryInput } from './audit-summary.ts';

export function spanishAuditSummary(input: AuditSummaryInput): string {
  const { entity, action, fields, actor, author } = input;
  const domain = withServiceLabels(input.domain);
  const { a, noun } = spanishRecord({ domain, entity });
  const what = entity === 'settings' ? 'los ajustes' : `${a} ${noun}`;
  const office = actor ?? 'El sistema';
  if (action === 'apply' || action === 'discard') {
    return `${office} ${PAST[action]} ${what}${author === null ? '' : ` hecho por ${author}`}`;
  }
  const applied = author === null ? '' : `; ${actor ?? 'el sistema'} aplicó el cambio`;
  const done =
    action !== 'update'
      ? `${PAST[action]} ${action === 'join' ? noun : what}`
      : fields.length === 0
        ? `encontró un conflicto en ${what}`
        : `cambió ${fieldList({ domain, entity, fields })} de ${what}`;
  return `${author ?? office} ${done}${applied}`;
}

const PAST: { readonly [A in Exclude<AuditAction, 'update'>]: string } = {
  create: 'creó',
  delete: 'eliminó',
  restore: 'recuperó',
  resolve: 'resolvió un conflicto de',
  invite: 'envió',
  join: 'se incorporó como',
  remove: 'dio de baja a',
  revoke: 'revocó',
  escrow: 'entregó trabajo sin enviar de',
  apply: 'aplicó un cambio de',
  discard: 'descartó un cambio de',
  send: 'envió',
  settle: 'aclaró un mensaje sobre',
  number: 'dio un número a',
  dispute: 'recibió la disputa de un cliente sobre',
  adjust: 'ajustó',
};

/** What the log holds beside records. Its fields have English names that do as they are. */
const SERVICE_LABELS: { readonly [entity: string]: SpanishLabels } = {
  tenant: { noun: 'negocio', gender: 'm', fields: { name: 'el nombre' } },
  member: {
    noun: 'miembro',
    gender: 'm',
    fields: { name: 'el nombre', role: 'el papel', status: 'el estado' },
  },
  invite: { noun: 'invitación', gender: 'f', fields: { email: 'el correo electrónico', role: 'el papel' } },
  device: { noun: 'dispositivo', gender: 'm', fields: { status: 'el estado' } },
  settings: {
    noun: 'ajustes',
    gender: 'm',
    fields: {
      tombstoneHorizonDays: 'el plazo de los registros eliminados',
      'attachments.maxBytes': 'el tamaño máximo de los adjuntos',
      'attachments.allowedTypes': 'los tipos de adjunto permitidos',
      'company.legalName': 'la razón social',
      'company.address': 'la dirección',
      'company.taxId': 'el identificador fiscal',
      'company.email': 'el correo electrónico',
      'company.phone': 'el teléfono',
      'company.website': 'el sitio web',
      'company.logo': 'el logotipo',
      'company.logoAttachmentId': 'el logotipo',
      'company.invoiceFooter': 'el pie de las facturas',
      'invoices.paper': 'el papel de las facturas',
      'invoices.paymentDays': 'los días para pagar las facturas',
      'invoices.disputeWindowDays': 'el plazo de disputa de las facturas',
      'invoices.numberPrefix': 'el prefijo de las facturas',
      defaultCurrency: 'la moneda',
      language: 'el idioma',
      timeZone: 'la zona horaria',
    },
  },
};

function withServiceLabels({ entities, labels }: NamedFields['domain']): NamedFields['domain'] {
  return { entities, labels: { ...labels, es: { ...SERVICE_LABELS, ...labels?.es } } };
}
