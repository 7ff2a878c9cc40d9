import type { Incident, Report } from '../../core/report.ts';
import { Shelf } from './shelf.ts';

const KEPT = 20;

/** The last reports of this server, so that ids of incidents and evidence in an answer can be looked up. */
export class ReportShelf extends Shelf<Report> {
  constructor() {
    super('R', KEPT);
  }

  incident(id: string, incident: string): Incident | undefined {
    return this.get(id)?.incidents.find((each) => each.id === incident);
  }
}
