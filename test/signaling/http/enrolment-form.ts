export const IDENTITY = {
  name: 'Own',
  consent: { given: true, subject: 'myself', statement: 'This is me.' },
};

export interface FormParts {
  readonly identity?: unknown;
  readonly pictures?: readonly Uint8Array<ArrayBuffer>[];
}

/** An enrolment as a page sends it; by default one that is in order. */
export function enrolmentForm({
  identity = IDENTITY,
  pictures = [Buffer.from('a picture')],
}: FormParts = {}): FormData {
  const form = new FormData();
  form.append('identity', typeof identity === 'string' ? identity : JSON.stringify(identity));
  for (const [i, bytes] of pictures.entries())
    form.append('picture', new Blob([bytes]), `${i}.jpg`);
  return form;
}

/** Sends an enrolment to the server at `url`. */
export function enrol(url: string, body = enrolmentForm(), origin?: string): Promise<Response> {
  const headers: Record<string, string> = origin ? { origin } : {};
  return fetch(`${url}/api/identities`, { method: 'POST', headers, body });
}
