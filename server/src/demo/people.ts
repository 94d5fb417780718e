import type { DemoContext, DemoEmployee, DemoTeam } from './demo-records.ts';

const TEAM_NAMES = ['Team North', 'Team Harbor', 'Team South'] as const;

/** `[name, role, team, hourly rate]`; the first of each team leads it. */
const PEOPLE = [
  ['Ana Ribeiro', 'Team lead', 0, 27],
  ['Lucas Ferreira', 'Cleaner', 0, 22.5],
  ['Grace Miller', 'Cleaner', 0, 22],
  ['Carlos Mendoza', 'Team lead', 1, 27.5],
  ['Beatriz Lima', 'Cleaner', 1, 22.5],
  ['Emily Carter', 'Window specialist', 1, 24],
  ['Sofía Hernández', 'Team lead', 2, 26.5],
  ['João Pereira', 'Cleaner', 2, 21.75],
] as const;

const EXTRAS: { readonly [name: string]: string } = {
  'Ana Ribeiro': 'Keys bonus of 40 a month, fuel refunded for the van',
  'Carlos Mendoza': 'Saturday hours at one and a half times the rate',
  'Emily Carter': 'Ladder allowance of 15 per job above the second floor',
  'João Pereira': 'Trial period until the end of the season',
};

export function demoTeams({ id }: DemoContext): DemoTeam[] {
  return TEAM_NAMES.map((name, n) => ({ id: id('team', n), name }));
}

/** Nobody has a `userId` yet: it comes with the membership of those who are invited. */
export function demoEmployees({ id }: DemoContext, teams: readonly DemoTeam[]): DemoEmployee[] {
  return PEOPLE.map(([name, roleTitle, teamIndex, hourlyRate], n) => {
    const team = teams[teamIndex] as DemoTeam;
    return {
      id: id('employee', n),
      name,
      roleTitle,
      teamId: team.id,
      team: team.name,
      phone: `+1 508 555 01${String(60 + n)}`,
      hourlyRate,
      currency: 'usd',
      extraEarningsDescription: EXTRAS[name] ?? null,
      documentsDescription:
        n % 3 === 2 ? 'I-9 on file; insurance card to be renewed in spring' : 'I-9 and insurance on file',
    };
  });
}
