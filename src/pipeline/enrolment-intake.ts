import type { EnrolmentPart, EnrolmentTask } from './enrolment-protocol.ts';
import type { EnrolmentRequest } from './render/identity/enrolment.ts';

interface Incoming {
  readonly task: EnrolmentTask;
  /** Of each picture, the bytes as they came. */
  readonly pictures: Uint8Array[][];
}

/**
 * Puts enrolments together from their parts, which come interleaved when several people upload at
 * once. How much and how many there may be is the sender's to see to.
 */
export class EnrolmentIntake {
  readonly #incoming = new Map<number, Incoming>();

  /** @returns the enrolment that is whole with this part. */
  take(part: EnrolmentPart): EnrolmentRequest | undefined {
    if (part.type === 'begin') {
      this.#incoming.set(part.enrolment, { task: part.task, pictures: [] });
      return undefined;
    }
    const incoming = this.#incoming.get(part.enrolment);
    // Bytes of a cancelled enrolment can have been on their way.
    if (!incoming) return undefined;
    if (part.type === 'picture') incoming.pictures.push([]);
    else if (part.type === 'bytes') incoming.pictures.at(-1)?.push(part.bytes);
    else this.#incoming.delete(part.enrolment);
    if (part.type !== 'complete') return undefined;
    return { ...incoming.task, pictures: incoming.pictures.map((bytes) => Buffer.concat(bytes)) };
  }
}
