import type { Channel } from '@backhaul/shared';
import { Badge, Card, Group, Stack, Text } from '@mantine/core';

interface ShownMessageProps {
  readonly channel: Channel;
  readonly from: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly segments: number | null;
}

/** A message as its recipient sees it. */
export function ShownMessage({ channel, from, subject, text, html, segments }: ShownMessageProps) {
  if (channel === 'email') return <ShownEmail from={from} subject={subject ?? ''} text={text} html={html} />;
  return (
    <Stack gap={4} className="phone-screen">
      <Text size="xs" c="dimmed">
        {from}
      </Text>
      <div className={channel === 'whatsapp' ? 'bubble bubble-whatsapp' : 'bubble'}>{text}</div>
      {segments !== null && (
        <Text size="xs" c="dimmed">
          {segments === 1 ? 'One SMS' : `${segments} SMS`}, {text.length} characters
        </Text>
      )}
    </Stack>
  );
}

/** The email's own HTML may do nothing: no scripts, no forms, and no access to this page. */
function ShownEmail({
  from,
  subject,
  text,
  html,
}: Pick<ShownMessageProps, 'from' | 'text' | 'html'> & { subject: string }) {
  return (
    <Card padding="xs">
      <Stack gap={6}>
        <Group gap="xs" wrap="nowrap">
          <Badge variant="default" tt="none">
            {from}
          </Badge>
          <Text size="sm" fw={650} truncate>
            {subject}
          </Text>
        </Group>
        {html === null ? (
          <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
            {text}
          </Text>
        ) : (
          <iframe title={`Email: ${subject}`} className="email-frame" sandbox="" srcDoc={html} />
        )}
      </Stack>
    </Card>
  );
}
