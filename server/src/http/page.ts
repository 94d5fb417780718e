import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';

/** How a route declares that it answers a page. */
export const PAGE = { description: 'A page', content: { 'text/html': { schema: Type.String() } } };

/** For people outside: nothing keeps it, nothing learns its address, nothing lists it. */
const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' } as const;

/** A page for people outside. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .headers(PRIVATE)
    .type('text/html; charset=utf-8')
    .serializer((text: string) => text)
    .send(html);
}

/** Leads people outside to an address that nobody else learns. */
export function sendTo(reply: FastifyReply, address: string): FastifyReply {
  return reply.headers(PRIVATE).redirect(address, 302);
}

/** 404 for a link that opens nothing, or nothing any more. Nobody knows whose it was, nor their language. */
export function sendDeadLink(reply: FastifyReply): FastifyReply {
  return sendPage(reply.code(404), DEAD_LINK);
}

/** 503 for a file that is there, and that this service can not reach. */
export function sendUnavailable(reply: FastifyReply): FastifyReply {
  return sendPage(reply.code(503), UNAVAILABLE);
}

const DEAD_LINK = notice(
  'This link opens nothing',
  'It is incomplete or too old, or what it led to was deleted. Please ask the company that sent it to you for a new one.',
  'Este enlace no abre nada: está incompleto o es demasiado antiguo, o se ha eliminado lo que abría. Pida uno nuevo a la empresa que se lo envió.',
);

const UNAVAILABLE = notice(
  'This file can not be opened now',
  'Please try again later, or ask the company that sent it to you.',
  'Este archivo no se puede abrir ahora. Inténtelo más tarde o pregunte a la empresa que se lo envió.',
);

/** `spanish` says all of it. */
function notice(title: string, text: string, spanish: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
</head>
<body style="margin:0;background:#f2f4f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1d2939;line-height:1.5">
<main style="max-width:560px;margin:24px auto;background:#fff;border-radius:12px;padding:28px;box-sizing:border-box">
<h1 style="margin:0 0 8px;font-size:22px;line-height:1.3">${title}</h1>
<p style="margin:0 0 20px">${text}</p>
<p lang="es" style="margin:0;color:#475467">${spanish}</p>
</main>
</body>
</html>
`;
}
