import type { Access } from './access.ts';
import type { Result } from './client.ts';
import { ask, textOf } from './exchange.ts';
import { problemOfError, problemOfStatus } from './problem.ts';
import { pathOf } from './resources.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 4 * 2 ** 20;

/**
 * The only requests of pullwhy that change a cluster: a pod of its own is made and removed, after somebody agreed.
 * Nothing here is ever aborted half-way: a pod must not be left because somebody pressed Ctrl-C.
 */
export class PodWriter {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  async create(namespace: string, pod: object): Promise<Result<unknown>> {
    return this.#send('POST', pathOf('Pod', namespace), JSON.stringify(pod));
  }

  /** At once: the container has nothing to finish. */
  async remove(namespace: string, name: string): Promise<Result<unknown>> {
    return this.#send('DELETE', `${pathOf('Pod', namespace, name)}?gracePeriodSeconds=0&propagationPolicy=Background`);
  }

  async #send(method: 'POST' | 'DELETE', path: string, json?: string): Promise<Result<unknown>> {
    const write = { method, ...(json === undefined ? {} : { json }) };
    try {
      const credentials = await this.#access.credentials();
      const request = { server: this.#access.server, path, accept: 'application/json', timeoutMs: TIMEOUT_MS, write };
      const answer = await ask(request, credentials);
      const body = await textOf(answer, MAX_ANSWER);
      if (answer.status >= 200 && answer.status < 300) return { ok: true, value: JSON.parse(body) as unknown };
      return { ok: false, problem: problemOfStatus(answer.status, body) };
    } catch (error) {
      if (error instanceof SyntaxError) return { ok: true, value: undefined };
      const problem = problemOfError(error);
      if (problem === undefined) throw error;
      return { ok: false, problem };
    }
  }
}
