import { describe, expect, it } from 'vitest';
import { EnrolmentIntake } from '../../src/pipeline/enrolment-intake.ts';

const TASK = {
  name: 'Ada',
  consent: { given: true, subject: 'myself', statement: 'It is me.' },
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('the intake of enrolments', () => {
  it('puts pictures together from pieces, also of several enrolments at once', () => {
    const intake = new EnrolmentIntake();
    for (const enrolment of [1, 2]) {
      intake.take({ type: 'begin', enrolment, task: { ...TASK, name: `No ${enrolment}` } });
      intake.take({ type: 'picture', enrolment });
    }
    intake.take({ type: 'bytes', enrolment: 1, bytes: bytes(1, 2) });
    intake.take({ type: 'bytes', enrolment: 2, bytes: bytes(9) });
    intake.take({ type: 'bytes', enrolment: 1, bytes: bytes(3) });
    intake.take({ type: 'picture', enrolment: 1 });
    intake.take({ type: 'bytes', enrolment: 1, bytes: bytes(4) });
    const first = intake.take({ type: 'complete', enrolment: 1 });
    expect(first?.name).toBe('No 1');
    expect(first?.pictures.map((picture) => [...picture])).toEqual([[1, 2, 3], [4]]);
    const second = intake.take({ type: 'complete', enrolment: 2 });
    expect(second?.pictures.map((picture) => [...picture])).toEqual([[9]]);
  });

  it('forgets a cancelled enrolment, and what still comes of it', () => {
    const intake = new EnrolmentIntake();
    intake.take({ type: 'begin', enrolment: 1, task: TASK });
    intake.take({ type: 'picture', enrolment: 1 });
    intake.take({ type: 'cancel', enrolment: 1 });
    expect(intake.take({ type: 'bytes', enrolment: 1, bytes: bytes(1) })).toBeUndefined();
    expect(intake.take({ type: 'complete', enrolment: 1 })).toBeUndefined();
  });

  it('passes an enrolment without pictures on, to be refused like any other', () => {
    const intake = new EnrolmentIntake();
    intake.take({ type: 'begin', enrolment: 1, task: TASK });
    expect(intake.take({ type: 'complete', enrolment: 1 })?.pictures).toEqual([]);
  });
});
