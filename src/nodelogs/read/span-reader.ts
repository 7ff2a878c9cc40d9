import { isLogged, type LineBody } from '../../core/log-prefix.ts';
import { endsInSecretName } from '../../core/redact-named.ts';
import { beginsPrivateKey, endsPrivateKey } from '../../core/redact-private-key.ts';
import { SecretData } from './secret-data.ts';
import { openedBy, opensList, type Span, spanHides } from './spans.ts';

/** What of a line must go for the sake of lines around it. */
export type Hiding = 'nothing' | 'named value' | 'value' | 'base64' | 'all';

/** Lines of one entry of a list that are looked through for its other half. */
const ENTRY_LINES = 6;
const ENTRY_BEGINS = /^\s*(?:-\s|[{}\]])/;
const NAME_LINE = /^\s*(?:-\s+)?["']?(?:name|key)["']?\s{0,3}:/i;
const VALUE_FIRST = /^\s*(?:-\s+)?["']?value["']?\s*:/i;
/** `--db-password` as the last word of its line, in a list or a command that goes on below. */
const FLAG_LINE =
  /(?:^|[\s"'])--?[a-z-]{0,40}(?:password|passwd|pass|token|secret|api-key|creds)["']?[ \t]{0,8}[,\\]?[ \t]{0,8}$/i;

/** What stands in a private key: its text, a header, nothing. A line of a log is none of it. */
const KEY_TEXT = /^\s*(?:\S{0,200}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,100})\s*$/;
/** `machine h` or `login u` of a login file, above the line with the password. */
const NETRC_LINE = /^\s*(?:machine|login|account)\s+\S+(?:\s+(?:login|account)\s+\S+){0,2}\s*$/;
const NETRC_PASSWORD = /^\s*password\s+\S/;
/** The head of a table of TOML, and such tables whose every value may be a secret. */
const TABLE = /^\s{0,80}\[{1,2}[^\]]{1,1000}\]/;
const HEADERS = /[[.]\s{0,3}["']?[\w-]{0,40}headers?["']?\s{0,3}\]/i;
const SETTING = /^\s*["']?[\w.-]{1,200}["']?\s{0,3}=\s{0,3}(\S.*)$/;

/** No value has more lines; in a log, where others write between them, fewer. */
const LONGEST_SPAN = 400;
const LONGEST_LOGGED = 40;
const NOTHING: LineBody = { prefix: '', body: '' };

/** Reads lines from top to bottom and follows what spans them. */
export class SpanReader {
  readonly #lines: readonly LineBody[];
  readonly #data = new SecretData();
  #at = -1;
  #inKey = false;
  /** Lines of this entry in which the value of a secret's name may still come. */
  #named = 0;
  /** The entry has told its name, whichever. */
  #hasName = false;
  #isBelowFlag = false;
  #isBelowLogin = false;
  #inHeaders = false;
  #span: Span | undefined;
  #isSpanLogged = false;
  /** Lines that the span may still have. */
  #spanLeft = 0;

  constructor(lines: readonly LineBody[]) {
    this.#lines = lines;
  }

  /** What of the next line must go. */
  next(): Hiding {
    this.#at += 1;
    const { prefix, body: line } = this.#lines[this.#at] ?? NOTHING;
    const hidden = this.#keyHides(line) || this.#spanHides(line, isLogged(prefix)) || this.#flagHides(line);
    const hiding = hidden ? 'all' : (this.#valueHiding(line) ?? this.#namedHiding(line));
    this.#isBelowFlag = !hidden && FLAG_LINE.test(line.slice(-256));
    if (!hidden && endsInSecretName(line)) this.#named = ENTRY_LINES;
    else this.#named = ENTRY_BEGINS.test(line) ? 0 : Math.max(0, this.#named - 1);
    this.#hasName = NAME_LINE.test(line) || (this.#hasName && !ENTRY_BEGINS.test(line));
    return hiding;
  }

  #namedHiding(line: string): Hiding {
    if (this.#named > 0) return 'named value';
    return !this.#hasName && VALUE_FIRST.test(line) && this.#mayBeNamedBelow() ? 'named value' : 'nothing';
  }

  /** The value of a Secret, of a login file, of a header: by its place, whatever its name. */
  #valueHiding(line: string): Hiding | undefined {
    const owner = this.#data.follow(line, this.#below());
    if (owner === 'secret') return 'value';
    if (owner === 'unknown') return 'base64';
    const isPassword = this.#isBelowLogin && NETRC_PASSWORD.test(line);
    this.#isBelowLogin = NETRC_LINE.test(line);
    if (TABLE.test(line)) this.#inHeaders = HEADERS.test(line);
    return isPassword || (this.#inHeaders && SETTING.test(line)) ? 'value' : undefined;
  }

  #keyHides(line: string): boolean {
    const ends = endsPrivateKey(line);
    const hidden = beginsPrivateKey(line) || (this.#inKey && (ends || KEY_TEXT.test(line)));
    this.#inKey = hidden && !ends;
    return hidden;
  }

  #spanHides(line: string, logged: boolean): boolean {
    this.#spanLeft -= 1;
    // What opened outside of a log does not go on in one; nor is a log hidden by one line that never ends.
    const isOver = this.#spanLeft < 0 || (logged && !this.#isSpanLogged);
    const verdict = this.#span === undefined || isOver ? undefined : spanHides(this.#span, line);
    if (verdict !== undefined) {
      if (verdict === 'last') this.#span = undefined;
      return verdict !== 'blank';
    }
    this.#span = openedBy(line, this.#named > 0) ?? this.#listOfHeaders(line);
    this.#isSpanLogged = logged;
    this.#spanLeft = logged ? LONGEST_LOGGED : LONGEST_SPAN;
    return false;
  }

  #listOfHeaders(line: string): Span | undefined {
    const value = this.#inHeaders ? SETTING.exec(line)?.[1] : undefined;
    return value !== undefined && opensList(value) ? { kind: 'list', depth: 0, quote: ']' } : undefined;
  }

  /** A list's own dash stays hidden too: nothing of the line is needed. */
  #flagHides(line: string): boolean {
    return this.#isBelowFlag && !/^[\s-]*["']?--?[a-z]/i.test(line.replace(/^\s*-\s/, ''));
  }

  /** Whether the entry that goes on below is named as a secret, or its name is beyond what was read. */
  #mayBeNamedBelow(): boolean {
    const ahead = this.#lines.slice(this.#at + 1, this.#at + 1 + ENTRY_LINES).map(({ body }) => body);
    const end = ahead.findIndex((line) => ENTRY_BEGINS.test(line) || NAME_LINE.test(line));
    return end < 0 ? ahead.length < ENTRY_LINES : endsInSecretName(ahead[end] ?? '');
  }

  *#below(): Generator<string> {
    for (let i = this.#at + 1; i < this.#lines.length; i += 1) yield this.#lines[i]?.body ?? '';
  }
}
