/**
 * The media side of the fake server, run inside a blank page of the same browser: a canvas and a
 * tone for each participant, and a real RTCPeerConnection to each client, as the impolite side of
 * perfect negotiation. It must stand alone: its source is handed to the page.
 */
export function runFakeMedia(address: string): void {
  const socket = new WebSocket(address);
  const participants = new Map<string, { identity: string; stream: MediaStream; stop(): void }>();
  const clients = new Map<string, ReturnType<typeof connect>>();
  let audio: AudioContext | undefined;

  type Incoming =
    | { type: 'candidate'; candidate: RTCIceCandidateInit }
    | { type: 'description'; description: RTCSessionDescriptionInit };

  socket.onmessage = ({ data }) => {
    const { client, message } = JSON.parse(String(data));
    if (message.type === 'open') open(client, message.identity);
    else if (message.type === 'close') close(client);
    else if (message.type === 'identity') participants.get(client)!.identity = message.identity;
    else clients.get(client)?.receive(message);
  };

  function open(client: string, identity: string): void {
    close(client);
    participants.set(client, { identity, ...perform(client) });
    clients.set(client, connect(client));
    for (const other of clients.values()) other.watchAll();
  }

  function close(client: string): void {
    clients.get(client)?.close();
    clients.delete(client);
    participants.get(client)?.stop();
    participants.delete(client);
    for (const other of clients.values()) other.watchAll();
  }

  function perform(participant: string): { stream: MediaStream; stop(): void } {
    audio ??= new AudioContext();
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 192;
    const context = canvas.getContext('2d')!;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const voice = audio.createMediaStreamDestination();
    volume.gain.value = 0.2;
    tone.connect(volume).connect(voice);
    tone.start();
    let beat = 0;
    const timer = setInterval(() => {
      const identity = participants.get(participant)?.identity ?? '';
      const hue = [...identity].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360;
      const mouth = 6 + 10 * Math.abs(Math.sin(++beat / 4));
      context.fillStyle = `hsl(${hue} 45% 30%)`;
      context.fillRect(0, 0, 192, 192);
      context.fillStyle = `hsl(${hue} 40% 72%)`;
      oval(96, 100, 56, 70);
      context.fillStyle = '#2a1613';
      oval(76, 86, 7, 8);
      oval(116, 86, 7, 8);
      oval(96, 132, 22, mouth);
    }, 66);
    const [picture] = canvas.captureStream(15).getVideoTracks();
    return {
      stream: new MediaStream([picture!, ...voice.stream.getAudioTracks()]),
      stop: () => {
        clearInterval(timer);
        tone.stop();
        picture!.stop();
      },
    };

    function oval(x: number, y: number, width: number, height: number): void {
      context.beginPath();
      context.ellipse(x, y, width, height, 0, 0, 7);
      context.fill();
    }
  }

  function connect(client: string) {
    const peer = new RTCPeerConnection();
    const sent = new Map<string, RTCRtpTransceiver[]>();
    let heardFirst = false;
    let queue = Promise.resolve();
    peer.onicecandidate = ({ candidate }) => {
      if (!candidate) return;
      const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
      tell({
        type: 'candidate',
        candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment },
      });
    };
    peer.onnegotiationneeded = () => enqueue(offer);
    return {
      watchAll,
      receive: (message: Incoming) => enqueue(() => accept(message)),
      close: () => peer.close(),
    };

    function enqueue(work: () => Promise<void>): void {
      queue = queue.then(work).catch((error) => console.error('fake media:', String(error)));
    }

    function watchAll(): void {
      if (!heardFirst) return;
      for (const [id, { stream }] of participants) {
        if (sent.has(id)) continue;
        const transceivers = stream
          .getTracks()
          .map((track) => peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] }));
        sent.set(id, transceivers);
      }
      for (const [id, transceivers] of sent) {
        if (participants.has(id)) continue;
        for (const transceiver of transceivers) transceiver.stop();
        sent.delete(id);
      }
    }

    async function offer(): Promise<void> {
      if (!heardFirst || peer.signalingState !== 'stable') return;
      await peer.setLocalDescription();
      describe();
    }

    async function accept(message: Incoming): Promise<void> {
      if (message.type === 'candidate') {
        await peer.addIceCandidate(message.candidate);
        return;
      }
      const { description } = message;
      if (description.type === 'offer' && peer.signalingState !== 'stable') return;
      await peer.setRemoteDescription(description);
      if (description.type === 'offer') {
        await peer.setLocalDescription();
        describe();
      }
      heardFirst = true;
      watchAll();
    }

    function describe(): void {
      const tracks = [...sent].flatMap(([participant, transceivers]) =>
        transceivers
          .filter(({ mid }) => mid !== null)
          .map(({ mid, sender }) => ({ mid, participant, kind: sender.track!.kind })),
      );
      tell({ type: 'tracks', tracks });
      tell({ type: 'description', description: peer.localDescription!.toJSON() });
    }

    function tell(message: object): void {
      socket.send(JSON.stringify({ client, message }));
    }
  }
}
