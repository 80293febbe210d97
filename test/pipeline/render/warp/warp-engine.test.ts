import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { describeEngine } from '../engine.contract.ts';

describeEngine(warpEngine);
