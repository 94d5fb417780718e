import type { SendGridConfig, TwilioConfig } from './load-config.ts';
import type { OptionValues } from './options.ts';

/** Settings of providers that are there by half. */
export function* messagingProblems(values: OptionValues): Iterable<string> {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, SENDGRID_API_KEY: apiKey } = values;
  if ((sid === null) !== (token === null)) yield 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN need each other';
  if (sid !== null && values.TWILIO_SMS_FROM === null && values.TWILIO_WHATSAPP_FROM === null) {
    yield 'TWILIO_ACCOUNT_SID needs TWILIO_SMS_FROM, TWILIO_WHATSAPP_FROM or both';
  }
  const hasTemplate = values.TWILIO_WHATSAPP_TEMPLATE_EN !== null || values.TWILIO_WHATSAPP_TEMPLATE_ES !== null;
  if (values.TWILIO_WHATSAPP_FROM !== null && !hasTemplate) {
    yield 'TWILIO_WHATSAPP_FROM needs TWILIO_WHATSAPP_TEMPLATE_EN, TWILIO_WHATSAPP_TEMPLATE_ES or both: WhatsApp takes approved templates alone';
  }
  if (apiKey !== null && values.SENDGRID_FROM === null) yield 'SENDGRID_API_KEY needs SENDGRID_FROM';
  if (apiKey !== null && values.SENDGRID_WEBHOOK_KEY === null && values.NODE_ENV === 'production') {
    yield 'SENDGRID_API_KEY needs SENDGRID_WEBHOOK_KEY in production: nothing else tells what became of an email';
  }
  if ((sid !== null || apiKey !== null) && values.BACKHAUL_PUBLIC_URL === null) {
    yield 'BACKHAUL_PUBLIC_URL is required once messages are really sent: their links lead there';
  }
}

export function twilioConfig(values: OptionValues): TwilioConfig | null {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = values;
  if (accountSid === null || authToken === null) return null;
  return {
    accountSid,
    authToken,
    smsFrom: values.TWILIO_SMS_FROM,
    whatsappFrom: values.TWILIO_WHATSAPP_FROM,
    templates: { en: values.TWILIO_WHATSAPP_TEMPLATE_EN, es: values.TWILIO_WHATSAPP_TEMPLATE_ES },
  };
}

export function sendGridConfig(values: OptionValues): SendGridConfig | null {
  const { SENDGRID_API_KEY: apiKey, SENDGRID_FROM: from } = values;
  return apiKey === null || from === null ? null : { apiKey, from, webhookKey: values.SENDGRID_WEBHOOK_KEY };
}
