import { Client, DatabaseError, escapeLiteral } from 'pg';

export const APP_ROLE = 'backhaul_app';

/**
 * Makes sure that the service's role, which migrations create, can log in with `password`, and answers its connection
 * string. The role is touched only when the login fails, so that instances that start together don't get in each other's
 * way. Throws when the owner may not set a password, or when the login fails even then.
 */
export async function ensureAppRole(ownerUrl: string, password: string): Promise<string> {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = encodeURIComponent(password);
  const appUrl = url.href;
  if ((await tryLogin(appUrl)) === null) return appUrl;
  const refusal = await setPassword(ownerUrl, password);
  const failure = await tryLogin(appUrl);
  // Two processes that set it at the same moment: one of them is refused, and the login works for both.
  if (failure !== null) throw new Error(`The role ${APP_ROLE} can not log in`, { cause: refusal ?? failure });
  return appUrl;
}

async function tryLogin(connectionString: string): Promise<Error | null> {
  const client = new Client({ connectionString });
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end();
  }
}

/** Answers the database's refusal instead of throwing it: whether it matters shows at the login. */
async function setPassword(ownerUrl: string, password: string): Promise<DatabaseError | null> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(`alter role ${APP_ROLE} with login password ${escapeLiteral(password)}`);
    return null;
  } catch (error) {
    if (error instanceof DatabaseError) return error;
    throw error;
  } finally {
    await owner.end();
  }
}
