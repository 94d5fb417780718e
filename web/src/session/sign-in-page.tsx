import { Avatar, Button, Card, Divider, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { Problem } from '../ui/problem.tsx';
import { DEMO_PEOPLE } from './demo-people.ts';
import { FrontPage } from './front-page.tsx';
import { type Session, signIn } from './session.ts';

export function SignInPage({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const [email, setEmail] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const enter = async (address: string, name: string | null): Promise<void> => {
    setBusy(address);
    setProblem(null);
    try {
      onSignedIn(await signIn(address, name));
    } catch (error) {
      setProblem(explain(error));
      setBusy(null);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void enter(email.trim(), null);
  };

  return (
    <FrontPage title="Sign in" lead="This is a development service: pick anyone, no password needed.">
      {problem && <Problem title="That did not work">{problem}</Problem>}
      <Card p={0}>
        {DEMO_PEOPLE.map((person, n) => (
          <div key={person.email}>
            {n > 0 && <Divider />}
            <UnstyledButton
              p="md"
              w="100%"
              disabled={busy !== null}
              onClick={() => void enter(person.email, person.name)}
              style={{ opacity: busy !== null && busy !== person.email ? 0.5 : 1 }}
            >
              <Group wrap="nowrap">
                <Avatar name={person.name} color="cyan" variant="filled" radius="xl" aria-hidden />
                <div>
                  <Text fw={600}>{person.name}</Text>
                  <Text size="sm" c="dimmed">
                    {busy === person.email ? 'Signing in…' : person.does}
                  </Text>
                </div>
              </Group>
            </UnstyledButton>
          </div>
        ))}
      </Card>
      <Divider label="or as somebody else" />
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Email"
            type="email"
            size="md"
            required
            autoComplete="email"
            placeholder="you@example.com"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" size="md" loading={busy === email.trim() && busy !== ''} disabled={busy !== null}>
            Sign in
          </Button>
        </Stack>
      </form>
    </FrontPage>
  );
}

function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return String(error);
  if (error.code === 'NOT_FOUND') {
    return 'This service has no development sign-in: it runs in production, or people sign in with Clerk.';
  }
  return error.message;
}
