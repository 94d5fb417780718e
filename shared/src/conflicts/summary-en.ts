import { englishNoun } from '../domain/labels.ts';
import { fieldList, withArticle } from '../sentences/english.ts';
import { unreachable } from '../unreachable.ts';
import { isSame, sidesOf, storyOf } from './sides.ts';
import type { SummaryInput, SummaryPerson } from './summary.ts';

export function englishSummary(input: SummaryInput): string {
  const outcome = input.settled ? decision(input, input.settled) : whatStands(input);
  return `${whatHappened(input)}; ${outcome}.`;
}

function whatHappened(input: SummaryInput): string {
  const { isOnePerson } = sidesOf(input);
  const client = input.client?.name ?? 'The system';
  const server = nameOf(input.server);
  const record = withArticle(englishNoun(input.domain, input.entity));
  const story = storyOf(input);
  switch (story) {
    case 'fields':
      return isOnePerson
        ? `${client} changed ${fieldList(input)} of ${record} in two places`
        : `${client} and ${server} both changed ${fieldList(input)} of ${record}`;
    case 'deletedOverEdit':
      return isOnePerson
        ? `${client} changed ${fieldList(input)} of ${record} in one place and deleted it in another`
        : `${client} deleted ${record} without having seen that ${server} had changed ${fieldList(input)}`;
    case 'deletedOverRevival':
      return isOnePerson
        ? `${client} brought ${record} back in one place and deleted it in another`
        : `${client} deleted ${record} without having seen that ${server} had brought it back`;
    case 'editedOverDelete':
      return isOnePerson
        ? `${client} deleted ${record} in one place and changed it in another`
        : `${client} changed ${record} without having seen that ${server} had deleted it`;
    default:
      return unreachable(story);
  }
}

function whatStands(input: SummaryInput): string {
  const { stands, isOnePerson, isOneField } = sidesOf(input);
  const story = storyOf(input);
  switch (story) {
    case 'fields': {
      if (input.policy === 'ask') {
        const what = isOnePerson
          ? `the ${isOneField ? 'value that was' : 'values that were'} there`
          : valuesOf(input, stands);
        return `a manager must choose, and until then ${what} ${isOneField ? 'stands' : 'stand'}`;
      }
      if (isOnePerson) {
        return isOneField
          ? 'one value stands, the other is kept here'
          : 'the values of one stand, those of the other are kept here';
      }
      return `${valuesOf(input, stands)} ${isOneField ? 'stands, the other is' : 'stand, the others are'} kept here`;
    }
    case 'deletedOverEdit':
      return 'it is deleted, and the changes are kept here';
    case 'deletedOverRevival':
      return 'it is deleted, and can be brought back here';
    case 'editedOverDelete':
      return `it is back, with ${isOnePerson ? 'those' : possessive(input.client)} changes`;
    default:
      return unreachable(story);
  }
}

function decision(input: SummaryInput, { resolution, by }: NonNullable<SummaryInput['settled']>): string {
  const { stands, lost, isOnePerson, isOneField } = sidesOf(input);
  const manager = nameOf(by);
  const own = (person: SummaryPerson | null): string => (isSame(person, by) ? 'their own' : possessive(person));
  const story = storyOf(input);
  switch (story) {
    case 'fields': {
      const value = isOneField ? 'value' : 'values';
      if (resolution === 'edit') return `${manager} wrote ${isOneField ? 'another value' : 'other values'}`;
      if (resolution === 'keep')
        return `${manager} kept ${isOnePerson ? `the ${value} that stood` : `${own(stands)} ${value}`}`;
      return `${manager} restored ${isOnePerson ? `the other ${value}` : `${own(lost)} ${value}`}`;
    }
    case 'deletedOverEdit':
      if (resolution === 'keep') return `${manager} left it deleted`;
      if (resolution === 'edit') return `${manager} brought it back with other values`;
      return `${manager} brought it back with ${isOnePerson ? 'those' : own(lost)} changes`;
    case 'deletedOverRevival':
      if (resolution === 'keep') return `${manager} left it deleted`;
      return resolution === 'edit' ? `${manager} brought it back with other values` : `${manager} brought it back`;
    case 'editedOverDelete':
      if (resolution === 'keep') return `${manager} kept it`;
      return resolution === 'edit' ? `${manager} kept it with other values` : `${manager} deleted it again`;
    default:
      return unreachable(story);
  }
}

function valuesOf(input: SummaryInput, person: SummaryPerson | null): string {
  return `${possessive(person)} ${input.fields.length === 1 ? 'value' : 'values'}`;
}

function nameOf(person: SummaryPerson | null): string {
  return person?.name ?? 'the system';
}

function possessive(person: SummaryPerson | null): string {
  return `${nameOf(person)}'s`;
}
