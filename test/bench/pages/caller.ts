import { TUICallEngine } from '../../../src/adapters/index.ts';

/** A caller whose page draws nothing, as if on another machine. */
const engine = TUICallEngine.createInstance();
const peers: RTCPeerConnection[] = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    peers.push(this);
  }
};

async function call(server: string, userId: string, userSig: string, whom: string): Promise<void> {
  await engine.init({ server, userId, userSig });
  await engine.calls([whom], 'video');
}

/** Whether packets of the local video leave. */
async function sendsPicture(): Promise<boolean> {
  const reports = await Promise.all(peers.map((peer) => peer.getStats()));
  const all = reports.flatMap((report) => [...report.values()] as RTCOutboundRtpStreamStats[]);
  return all.some(
    ({ type, kind, packetsSent = 0 }) =>
      type === 'outbound-rtp' && kind === 'video' && packetsSent > 0,
  );
}

Object.assign(window, { caller: { call, sendsPicture, hangup: () => engine.hangup() } });
