import { sql } from 'kysely';

/** Of a row `finance_entries e`: each `item` of its lines that names a task, to be cross joined. */
export const TASK_LINES = sql`(
      select one as item from jsonb_array_elements(
        case when jsonb_typeof(e.line_items) = 'array' then e.line_items else '[]'::jsonb end) one
      where one->>'taskId' is not null)`;
