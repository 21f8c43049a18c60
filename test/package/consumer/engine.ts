import { TUICallEngine, type CallSnapshot } from 'tui-call/engine';

const engine: TUICallEngine = TUICallEngine.createInstance();
engine.addObserver({
  onCallReceived: (callerId, calleeIdList, groupId, callMediaType, info) => {
    const words: string = `${callerId} ${groupId} ${callMediaType} ${info.callId}`;
    console.log(words, calleeIdList.length);
  },
  onCallEnd: (_roomId, _callMediaType, callRole, totalTime: number) =>
    console.log(callRole, totalTime),
  // @ts-expect-error: no callback has this name
  onCallStarted: () => undefined,
});
const state: CallSnapshot = engine.state;
console.log(state.phase);
