/**
 * E.164 in form (ITU-T E.164 §6: a country code and at most fifteen digits). Whether there is such a number only its network
 * knows; Signal's clients write numbers this way, so nothing has to be made of other ways.
 */
export const PHONE_NUMBER = /^\+[1-9][0-9]{1,14}$/;
