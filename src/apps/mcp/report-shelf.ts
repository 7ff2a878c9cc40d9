import { createHash } from 'node:crypto';
import type { Incident, Report } from '../../core/report.ts';

/** Reports that are kept; an older one is made again by asking again. */
const KEPT = 20;

export interface ShelvedReport {
  /** `R-4f1c0a9be2d7`. */
  readonly id: string;
  readonly report: Report;
}

/** The last reports of this server, so that ids of incidents and evidence in an answer can be looked up. */
export class ReportShelf {
  readonly #reports = new Map<string, Report>();

  /** Keeps a report and gives it an id; the same report has the same id. */
  put(report: Report): string {
    const id = `R-${createHash('sha256').update(JSON.stringify(report)).digest('hex').slice(0, 12)}`;
    this.#reports.delete(id);
    this.#reports.set(id, report);
    const [oldest] = this.#reports.keys();
    if (this.#reports.size > KEPT && oldest !== undefined) this.#reports.delete(oldest);
    return id;
  }

  get(id: string): Report | undefined {
    return this.#reports.get(id);
  }

  incident(id: string, incident: string): Incident | undefined {
    return this.get(id)?.incidents.find((each) => each.id === incident);
  }

  /** Newest first. */
  list(): readonly ShelvedReport[] {
    return [...this.#reports].map(([id, report]) => ({ id, report })).reverse();
  }
}
