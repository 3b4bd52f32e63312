/**
 * What a page of another site can try at an address. Runs in a browser; tells of each try what it got.
 *
 * @param {{ host: string, paths: string[] }} target
 * @returns {Promise<string[]>}
 */
export async function attack({ host, paths }) {
  const got = [];
  const note = async (what, work) => {
    const late = new Promise((resolve) => setTimeout(() => resolve(false), 1_500));
    const gained = await Promise.race([work().catch(() => false), late]);
    got.push(`${what}: ${gained ? 'READ' : 'nothing'}`);
  };
  for (const path of paths) {
    const at = `http://${host}${path}`;
    const options = [
      ['cors', { mode: 'cors' }],
      ['with cookies', { mode: 'cors', credentials: 'include' }],
      ['with a header', { headers: { 'X-Own': '1' } }],
      ['post', { method: 'POST', body: '{}' }],
      ['put', { method: 'PUT', body: '{}' }],
      ['delete', { method: 'DELETE' }],
      ['head', { method: 'HEAD' }],
    ];
    for (const [what, init] of options) {
      await note(`fetch ${what} ${path}`, async () => (await fetch(at, init)).ok);
    }
    await note(`fetch blind ${path}`, async () => {
      const answer = await fetch(at, { mode: 'no-cors' });
      return answer.type !== 'opaque';
    });
    const elements = [
      ['img', 'src'],
      ['script', 'src'],
      ['video', 'src'],
      ['audio', 'src'],
    ];
    for (const [name, attribute] of elements) {
      await note(`${name} ${path}`, () => {
        const element = document.createElement(name);
        const loaded = new Promise((resolve) => {
          element.onload = () => resolve(true);
          element.onerror = () => resolve(false);
        });
        element.setAttribute(attribute, at);
        document.body.append(element);
        return loaded;
      });
    }
    await note(`style ${path}`, () => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = at;
      const loaded = new Promise((resolve) => {
        link.onload = () => resolve(true);
        link.onerror = () => resolve(false);
      });
      document.head.append(link);
      return loaded;
    });
    await note(`frame ${path}`, async () => {
      const frame = document.createElement('iframe');
      frame.src = at;
      document.body.append(frame);
      await new Promise((resolve) => {
        frame.onload = resolve;
      });
      return frame.contentDocument?.URL.startsWith('http') === true;
    });
    await note(`window ${path}`, async () => {
      const opened = window.open(at);
      await new Promise((resolve) => setTimeout(resolve, 500));
      try {
        return (opened?.document.title ?? '') !== '' && opened?.location.host === host;
      } finally {
        opened?.close();
      }
    });
    await note(`import ${path}`, async () => (await import(/* @vite-ignore */ at)) !== undefined);
    await note(`events ${path}`, () => {
      const source = new EventSource(at);
      return new Promise((resolve) => {
        source.onopen = () => resolve(true);
        source.onerror = () => resolve(false);
      });
    });
  }
  for (const path of ['/api', '/api?', '/', '/api/']) {
    await note(`socket ${path}`, () => {
      const socket = new WebSocket(`ws://${host}${path}`);
      return new Promise((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
    });
  }
  return got;
}
