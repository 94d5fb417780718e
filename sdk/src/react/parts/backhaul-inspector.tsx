import type { ReactElement } from 'react';
import type { CycleRecord } from '../../inspect/cycle-log.ts';
import type { InspectedChange, SyncInspection } from '../../inspect/inspection.ts';
import { useMessages } from '../backhaul-context.ts';
import type { Messages } from '../messages/messages.ts';
import { useInspection } from '../use-inspection.ts';
import { bytesText, spanText } from './measures.ts';

export interface BackhaulInspectorProps {
  readonly className?: string;
  /** Takes the report, JSON without personal data, for a support ticket. By default it is offered as a file. */
  readonly onExport?: (report: string) => void;
}

/** How the sync of this device stands in detail, for whoever has to find out why something does not arrive. */
export function BackhaulInspector({ className, onExport = saveFile }: BackhaulInspectorProps): ReactElement {
  const { inspection, refresh } = useInspection();
  const messages = useMessages();
  const { inspector } = messages;
  return (
    <section aria-label={inspector.title} data-backhaul="inspector" className={className}>
      <button type="button" onClick={refresh}>
        {inspector.refresh}
      </button>
      <button
        type="button"
        disabled={inspection === undefined}
        onClick={() => onExport(JSON.stringify(inspection, null, 2))}
      >
        {inspector.export}
      </button>
      {inspection && (
        <>
          <Facts inspection={inspection} messages={messages} />
          <Outbox changes={inspection.outbox} messages={messages} />
          <Cycles cycles={inspection.cycles} messages={messages} />
        </>
      )}
    </section>
  );
}

interface Told {
  readonly messages: Messages;
}

function Facts({ inspection, messages }: Told & { readonly inspection: SyncInspection }): ReactElement {
  const { status, storage, clockOffset, cursor, versions, deviceId } = inspection;
  const { inspector, language, nothing, yes, no } = messages;
  const { used, quota } = storage;
  const room = quota === null ? nothing : `${bytesText(used ?? 0, language)} / ${bytesText(quota, language)}`;
  const facts: readonly (readonly [name: string, value: string])[] = [
    [inspector.phase, status.phase],
    [inspector.leads, status.leading ? yes : no],
    [inspector.live, status.live ? yes : no],
    [inspector.pending, `${status.pending}`],
    [inspector.refusedChanges, `${status.rejected}`],
    [inspector.files, inspector.waitingAndRefused(status.uploads, status.uploadsRejected)],
    [inspector.messages, inspector.waitingAndRefused(status.sends, status.sendsRefused)],
    [inspector.error, status.error ?? status.barred ?? nothing],
    [inspector.cursor, cursor ?? nothing],
    [inspector.clockOffset, clockOffset === null ? nothing : `${clockOffset} ms`],
    [inspector.storage, room],
    [inspector.versions, `${versions.schema} / ${versions.serverSchema ?? '?'}`],
    [inspector.device, deviceId],
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Outbox({ changes, messages }: Told & { readonly changes: readonly InspectedChange[] }): ReactElement {
  const { inspector, language } = messages;
  if (changes.length === 0) return <p>{inspector.nothingWaits}</p>;
  return (
    <table>
      <caption>{inspector.waits}</caption>
      <Head names={[inspector.change, inspector.state, inspector.age]} />
      <tbody>
        {changes.map(({ changeId, entity, op, fields, state, age, heldBecause }) => (
          <tr key={changeId}>
            <th scope="row">
              {entity}: {op === 'delete' ? inspector.deletion : fields.join(', ')}
            </th>
            <td>
              {inspector.states[state]} {heldBecause}
            </td>
            <td>{spanText(age, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cycles({ cycles, messages }: Told & { readonly cycles: readonly CycleRecord[] }): ReactElement | null {
  const { inspector, language } = messages;
  if (cycles.length === 0) return null;
  return (
    <table>
      <caption>{inspector.cycles}</caption>
      <Head names={[inspector.began, inspector.took, inspector.sent, inspector.received, inspector.error]} />
      <tbody>
        {cycles.toReversed().map(({ startedAt, milliseconds, push, pull, error }, place) => (
          <tr key={`${startedAt} ${cycles.length - place}`}>
            <th scope="row">{new Date(startedAt).toLocaleTimeString(language)}</th>
            <td>{milliseconds === null ? inspector.underWay : spanText(milliseconds, language)}</td>
            <td>{bytesText(push.bytesSent + pull.bytesSent, language)}</td>
            <td>{bytesText(push.bytesReceived + pull.bytesReceived, language)}</td>
            <td>{error}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ names }: { readonly names: readonly string[] }): ReactElement {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function saveFile(report: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(new Blob([report], { type: 'application/json' }));
  link.href = url;
  link.download = 'backhaul-report.json';
  link.click();
  URL.revokeObjectURL(url);
}
