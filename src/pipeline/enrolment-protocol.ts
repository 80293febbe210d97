import type { IdentityConsent, IdentityRecord } from './render/identity/identity-record.ts';
import type { WireError, WorkerSetup } from './worker-protocol.ts';

/** What the main process and the enrolment worker say to each other. */

export interface EnrolmentTask {
  readonly name: string;
  readonly consent: IdentityConsent;
  readonly createdAt: string;
  readonly pictures: readonly Uint8Array[];
}

export type ToEnrolmentWorker =
  | { readonly type: 'setup'; readonly setup: WorkerSetup }
  | { readonly type: 'enrol'; readonly task: EnrolmentTask };

export type FromEnrolmentWorker =
  | { readonly type: 'enrolled'; readonly record: IdentityRecord }
  | {
      readonly type: 'refused';
      /** Whether what was uploaded is at fault, rather than the server. */
      readonly uploader: boolean;
      readonly error: WireError & { readonly picture?: number | undefined };
    };
