import { fieldList, list, type SpanishRecord, spanishRecord } from '../sentences/spanish.ts';
import { unreachable } from '../unreachable.ts';
import { isSame, sidesOf, storyOf } from './sides.ts';
import type { SummaryInput, SummaryPerson } from './summary.ts';

/**
 * Nothing here agrees with a person's gender, which nobody knows: verbs and possessives do not, participles and pronouns
 * agree with the record.
 */
export function spanishSummary(input: SummaryInput): string {
  const record = spanishRecord(input);
  const outcome = input.settled ? decision(input, record, input.settled) : whatStands(input, record);
  return `${whatHappened(input, record)}; ${outcome}.`;
}

function whatHappened(input: SummaryInput, { noun, a, it }: SpanishRecord): string {
  const { isOnePerson } = sidesOf(input);
  const client = input.client?.name ?? 'El sistema';
  const server = nameOf(input.server);
  const record = `${a} ${noun}`;
  const story = storyOf(input);
  switch (story) {
    case 'fields':
      return isOnePerson
        ? `${client} cambió ${fieldList(input)} de ${record} en dos lugares`
        : `${list([client, server])} cambiaron por separado ${fieldList(input)} de ${record}`;
    case 'deletedOverEdit':
      return isOnePerson
        ? `${client} cambió ${fieldList(input)} de ${record} en un lugar y ${it} eliminó en otro`
        : `${client} eliminó ${record} sin haber visto que ${server} había cambiado ${fieldList(input)}`;
    case 'deletedOverRevival':
      return isOnePerson
        ? `${client} recuperó ${record} en un lugar y ${it} eliminó en otro`
        : `${client} eliminó ${record} sin haber visto que ${server} ${it} había recuperado`;
    case 'editedOverDelete':
      return isOnePerson
        ? `${client} eliminó ${record} en un lugar y ${it} cambió en otro`
        : `${client} cambió ${record} sin haber visto que ${server} ${it} había eliminado`;
    default:
      return unreachable(story);
  }
}

function whatStands(input: SummaryInput, { noun, the, deleted }: SpanishRecord): string {
  const { stands, isOnePerson, isOneField } = sidesOf(input);
  const remains = isOneField ? 'se mantiene' : 'se mantienen';
  const rest = isOneField ? 'el otro queda guardado aquí' : 'los otros quedan guardados aquí';
  const story = storyOf(input);
  switch (story) {
    case 'fields': {
      const value = isOneField ? 'el valor' : 'los valores';
      if (input.policy === 'ask') {
        const what = isOnePerson ? `${value} que había` : `${value} ${of(stands)}`;
        return `debe elegir un responsable y, hasta entonces, ${remains} ${what}`;
      }
      if (isOnePerson) return `${remains} ${isOneField ? 'un valor' : 'unos valores'} y ${rest}`;
      return `${remains} ${value} ${of(stands)} y ${rest}`;
    }
    case 'deletedOverEdit':
      return `${the} ${noun} sigue ${deleted} y los cambios quedan guardados aquí`;
    case 'deletedOverRevival':
      return `${the} ${noun} sigue ${deleted} y se puede recuperar aquí`;
    case 'editedOverDelete':
      return `${the} ${noun} se ha recuperado con ${isOnePerson ? 'esos cambios' : `los cambios ${of(input.client)}`}`;
    default:
      return unreachable(story);
  }
}

function decision(
  input: SummaryInput,
  { it, deleted }: SpanishRecord,
  { resolution, by }: NonNullable<SummaryInput['settled']>,
): string {
  const { stands, lost, isOnePerson, isOneField } = sidesOf(input);
  const manager = nameOf(by);
  const story = storyOf(input);
  switch (story) {
    case 'fields': {
      const value = isOneField ? 'valor' : 'valores';
      const the = isOneField ? 'el' : 'los';
      const valueOf = (person: SummaryPerson | null): string =>
        isSame(person, by) ? `${isOneField ? 'su propio' : 'sus propios'} ${value}` : `${the} ${value} ${of(person)}`;
      if (resolution === 'edit') return `${manager} puso ${isOneField ? 'otro' : 'otros'} ${value}`;
      if (resolution === 'keep')
        return `${manager} mantuvo ${isOnePerson ? `${the} ${value} que había` : valueOf(stands)}`;
      return `${manager} recuperó ${isOnePerson ? `${the} ${isOneField ? 'otro' : 'otros'} ${value}` : valueOf(lost)}`;
    }
    case 'deletedOverEdit':
      if (resolution === 'keep') return `${manager} ${it} dejó ${deleted}`;
      if (resolution === 'edit') return `${manager} ${it} recuperó con otros valores`;
      return `${manager} ${it} recuperó con ${isOnePerson ? 'esos cambios' : changesOf(lost, by)}`;
    case 'deletedOverRevival':
      if (resolution === 'keep') return `${manager} ${it} dejó ${deleted}`;
      return `${manager} ${it} recuperó${resolution === 'edit' ? ' con otros valores' : ''}`;
    case 'editedOverDelete':
      if (resolution === 'keep') return `${manager} ${it} mantuvo`;
      return resolution === 'edit' ? `${manager} ${it} mantuvo con otros valores` : `${manager} volvió a eliminar${it}`;
    default:
      return unreachable(story);
  }
}

function changesOf(person: SummaryPerson | null, by: SummaryPerson | null): string {
  return isSame(person, by) ? 'sus propios cambios' : `los cambios ${of(person)}`;
}

function nameOf(person: SummaryPerson | null): string {
  return person?.name ?? 'el sistema';
}

/** `de Ana`, `del sistema`. A name keeps its own article: `de El Greco`. */
function of(person: SummaryPerson | null): string {
  return person ? `de ${person.name}` : 'del sistema';
}
