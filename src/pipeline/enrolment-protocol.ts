import type { EnrolmentRequest } from './render/identity/enrolment.ts';
import type { IdentityRecord } from './render/identity/identity-record.ts';
import type { WireError, WorkerSetup } from './worker-protocol.ts';

/** What the main process and the enrolment worker say to each other. */

/** An enrolment whose pictures are still to come. */
export type EnrolmentTask = Omit<EnrolmentRequest, 'pictures'>;

/** An enrolment on its way to the worker: the task, then each picture followed by its bytes, then the end. */
export type EnrolmentPart = { readonly enrolment: number } & (
  | { readonly type: 'begin'; readonly task: EnrolmentTask }
  | { readonly type: 'picture' }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'complete' }
  /** The uploader gave up, or is refused: what came of it is forgotten. */
  | { readonly type: 'cancel' }
);

export type ToEnrolmentWorker =
  | { readonly type: 'setup'; readonly setup: WorkerSetup }
  | EnrolmentPart;

export type FromEnrolmentWorker = { readonly enrolment: number } & (
  | { readonly type: 'enrolled'; readonly record: IdentityRecord }
  | {
      readonly type: 'refused';
      /** Whether what was uploaded is at fault, rather than the server. */
      readonly uploader: boolean;
      readonly error: WireError & { readonly picture?: number | undefined };
    }
);
