import type { FromEnrolmentWorker, ToEnrolmentWorker } from './enrolment-protocol.ts';
import { BUILT_IN_IDENTITIES, identitiesFolder } from './folders.ts';
import type { LandmarkModel } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { enrolPictures } from './render/identity/enrolment.ts';
import { EnrolmentError } from './render/identity/enrolment-check.ts';
import { IdentityStore } from './render/identity/identity-store.io.ts';
import { decodePicture, encodePng } from './render/identity/picture-file.io.ts';
import { wireError } from './wire-error.ts';
import type { WorkerSetup } from './worker-protocol.ts';

/**
 * The enrolment worker: decodes uploaded pictures, the least trusted input there is, in a process
 * of its own, one enrolment at a time. Ends when its channel closes.
 */

let setup: WorkerSetup | undefined;
let model: Promise<LandmarkModel> | undefined;

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
  enrol(message).then(answer, (cause) =>
    answer({
      type: 'refused',
      uploader: cause instanceof EnrolmentError,
      error: {
        ...wireError(cause),
        picture: cause instanceof EnrolmentError ? cause.picture : undefined,
      },
    }),
  );
});
process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole process group: when to end is the main process's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function enrol({
  task,
}: Extract<ToEnrolmentWorker, { type: 'enrol' }>): Promise<FromEnrolmentWorker> {
  if (!setup || !model) throw new Error('an enrolment came before the setup');
  const { finder } = await model;
  const { record, files } = await enrolPictures(task, {
    finder,
    decode: decodePicture,
    encode: encodePng,
  });
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(setup.dataFolder),
  });
  return { type: 'enrolled', record: (await store.add(record, files)).record };
}

function answer(message: FromEnrolmentWorker): void {
  process.send?.(message);
}
