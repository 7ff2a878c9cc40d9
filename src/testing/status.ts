import type { Resource, Target } from './resources.ts';

/** A Kubernetes `Status` answer, worded as the API server words it (recorded on 1.36). */
export interface StatusAnswer {
  readonly code: number;
  readonly body: object;
}

function failure(code: number, reason: string, message: string, details?: object): StatusAnswer {
  return {
    code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    },
  };
}

export function notFound({ resource, name }: Target): StatusAnswer {
  return failure(404, 'NotFound', `${pluralName(resource)} "${name}" not found`, { name, kind: resource.plural });
}

export function forbidden(target: Target, verb: string, user: string): StatusAnswer {
  const { resource, namespace, name, subresource } = target;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  const subject = name === undefined ? `${pluralName(resource)} is` : `${pluralName(resource)} "${name}" is`;
  return failure(
    403,
    'Forbidden',
    `${subject} forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${resource.group}" ${where}`,
    {
      ...(name === undefined ? {} : { name }),
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
    },
  );
}

export function unauthorized(): StatusAnswer {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

export function badRequest(message: string): StatusAnswer {
  return failure(400, 'BadRequest', message);
}

/** A failure on the way to a kubelet, or words of an admission plugin. */
export function ofCode(code: 400 | 403 | 502 | 503, message: string): StatusAnswer {
  const reason = { 400: 'BadRequest', 403: 'Forbidden', 502: 'InternalError', 503: 'ServiceUnavailable' }[code];
  return failure(code, reason, message);
}

export function expired(message: string): StatusAnswer {
  return failure(410, 'Expired', message);
}

export function methodNotAllowed(): StatusAnswer {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function tooManyRequests(seconds: number): StatusAnswer {
  return failure(
    429,
    'TooManyRequests',
    'the server has received too many requests and has asked us to try again later',
    {
      retryAfterSeconds: seconds,
    },
  );
}

export function internalError(message: string): StatusAnswer {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`);
}

/** `deployments.apps`, `pods`. */
function pluralName({ plural, group }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}
