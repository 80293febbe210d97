import { EnrolmentIntake } from './enrolment-intake.ts';
import type { FromEnrolmentWorker, ToEnrolmentWorker } from './enrolment-protocol.ts';
import { BUILT_IN_IDENTITIES, identitiesFolder } from './folders.ts';
import type { LandmarkModel } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { type EnrolmentRequest, enrolPictures } from './render/identity/enrolment.ts';
import { EnrolmentError } from './render/identity/enrolment-check.ts';
import type { IdentityRecord } from './render/identity/identity-record.ts';
import { IdentityStore } from './render/identity/identity-store.io.ts';
import { decodePicture, encodePng } from './render/identity/picture-file.io.ts';
import { wireError } from './wire-error.ts';
import type { WorkerSetup } from './worker-protocol.ts';

/**
 * The enrolment worker: takes uploaded pictures in and decodes them, the least trusted input there
 * is, in a process of its own, one enrolment at a time. Ends when its channel closes.
 */

const intake = new EnrolmentIntake();
let setup: WorkerSetup | undefined;
let model: Promise<LandmarkModel> | undefined;
/** The enrolment under way and those after it, in the order in which they were whole. */
let tail: Promise<void> = Promise.resolve();

process.on('message', (message: ToEnrolmentWorker) => {
  if (message.type === 'setup') {
    setup = message.setup;
    model = openLandmarkModel(
      { faceModelPath: setup.faceModel, modelsFolder: setup.modelsFolder },
      { threads: 1 },
    );
    // Its failure is told with the enrolment that needs it.
    model.catch(() => undefined);
    return;
  }
  const { enrolment } = message;
  const request = intake.take(message);
  if (request) tail = tail.then(async () => answer(await settle(enrolment, request)));
});
process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole process group: when to end is the main process's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function settle(enrolment: number, request: EnrolmentRequest): Promise<FromEnrolmentWorker> {
  try {
    return { type: 'enrolled', enrolment, record: await enrol(request) };
  } catch (cause) {
    const uploader = cause instanceof EnrolmentError;
    const picture = uploader ? cause.picture : undefined;
    return { type: 'refused', enrolment, uploader, error: { ...wireError(cause), picture } };
  }
}

async function enrol(request: EnrolmentRequest): Promise<IdentityRecord> {
  if (!setup || !model) throw new Error('an enrolment came before the setup');
  const { finder } = await model;
  const { record, files } = await enrolPictures(request, {
    finder,
    decode: decodePicture,
    encode: encodePng,
  });
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(setup.dataFolder),
  });
  return (await store.add(record, files)).record;
}

function answer(message: FromEnrolmentWorker): void {
  process.send?.(message);
}
