/** What a document is called and its bytes in base64, as the API takes it. */
export interface Sent {
  name: string;
  content: string;
}

export const DOCUMENT_BYTES = 5_000_000;
export const DOCUMENT_TYPES = ["application/pdf", "image/png", "image/jpeg"];

/** Why a file would be refused, before it is sent; the server looks at its bytes all the same. */
export const refusedFile = (file: { size: number; type: string }): "type" | "size" | undefined =>
  !DOCUMENT_TYPES.includes(file.type) ? "type" : file.size > DOCUMENT_BYTES ? "size" : undefined;

export function readFile(file: File): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => {
      const url = String(reader.result);
      resolve({ name: file.name, content: url.slice(url.indexOf(",") + 1) });
    };
    reader.readAsDataURL(file);
  });
}

/** `fetch` that tells how much of the body has left, from 0 to 1. The browser's own does not. */
export function fetchTelling(told: (share: number) => void) {
  return async (request: Request): Promise<Response> => {
    const body = await request.clone().text();
    return new Promise((resolve, reject) => {
      const sending = new XMLHttpRequest();
      sending.open(request.method, request.url);
      for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
      sending.responseType = "blob";
      sending.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
      sending.onerror = () => reject(new TypeError("the connection broke"));
      sending.onload = () => resolve(answerOf(sending));
      sending.send(body);
    });
  };
}

function answerOf(sent: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of sent.getAllResponseHeaders().trim().split("\r\n")) {
    const [name, ...value] = line.split(": ");
    if (name) headers.append(name, value.join(": "));
  }
  const empty = sent.status === 204 || sent.status === 304;
  return new Response(empty ? null : sent.response, { status: sent.status, headers });
}
