import type { Container, ContainerRole, ContainerState, ContainerStatus } from '../../../core/objects.ts';
import { defined } from '../../schema/defined.ts';
import { printedTime } from './time.ts';
import { child, type Field, fieldsOf, printed, type Section, said } from './tree.ts';

export interface DescribedContainer {
  readonly spec: Container;
  readonly status: ContainerStatus;
}

const ROLE_OF_SECTION: Readonly<Record<string, ContainerRole>> = {
  'Init Containers': 'init',
  Containers: 'main',
  'Ephemeral Containers': 'ephemeral',
};

/** The container sections of a pod or of a template, in the order of the text. */
export function containersOf(sections: readonly Section[]): DescribedContainer[] {
  return sections.flatMap(({ key, body }) => {
    const role = Object.hasOwn(ROLE_OF_SECTION, key) ? ROLE_OF_SECTION[key] : undefined;
    return role === undefined ? [] : fieldsOf(body).map((field) => containerOf(field, role));
  });
}

/** One `name:` block. Before a container exists, describe prints `Image ID:` with nothing behind it. */
function containerOf({ key: name, children }: Field, sectionRole: ContainerRole): DescribedContainer {
  const role = sectionRole === 'init' && printed(children, 'Restart Policy') === 'Always' ? 'sidecar' : sectionRole;
  const restarts = Number.parseInt(printed(children, 'Restart Count') ?? '', 10);
  return {
    spec: {
      name,
      role,
      ...defined({
        image: printed(children, 'Image'),
        command: listOf(children, 'Command'),
        args: listOf(children, 'Args'),
      }),
      mounts: (child(children, 'Mounts')?.children ?? []).flatMap(({ raw }) => / from (\S+)/.exec(raw)?.[1] ?? []),
    },
    status: {
      name,
      role,
      ...defined({
        imageID: child(children, 'Image ID')?.value,
        ready: flagOf(printed(children, 'Ready')),
        restartCount: Number.isNaN(restarts) ? undefined : restarts,
      }),
      state: stateOf(child(children, 'State')),
      lastState: stateOf(child(children, 'Last State')),
    },
  };
}

function listOf(fields: readonly Field[], key: string): string[] | undefined {
  return child(fields, key)?.children.map((line) => line.raw);
}

function flagOf(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'True';
}

function stateOf(field: Field | undefined): ContainerState {
  const { children = [] } = field ?? {};
  const reason = printed(children, 'Reason');
  const message = messageOf(child(children, 'Message'));
  switch (field?.value) {
    case 'Waiting':
      return { waiting: defined({ reason, message }) };
    case 'Running':
      return { running: defined({ startedAt: printedTime(printed(children, 'Started')) }) };
    case 'Terminated':
      return {
        terminated: defined({
          reason,
          message,
          exitCode: exitCodeOf(printed(children, 'Exit Code')),
          startedAt: printedTime(printed(children, 'Started')),
          finishedAt: printedTime(printed(children, 'Finished')),
        }),
      };
    default:
      return {};
  }
}

function messageOf(field: Field | undefined): string | undefined {
  if (field === undefined) return undefined;
  return said([field.value, ...field.children.map((line) => line.raw)].join('\n').trim());
}

function exitCodeOf(value: string | undefined): number | undefined {
  const code = Number.parseInt(value ?? '', 10);
  return Number.isNaN(code) ? undefined : code;
}
