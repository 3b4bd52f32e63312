/** The few words of the page by which tests find what to press, in the languages that they run in. */
export interface WebWords {
  readonly createAccount: string;
  readonly yourName: string;
  readonly submitName: string;
  readonly myId: string;
  readonly copyLink: string;
  readonly copied: string;
  readonly close: string;
  readonly back: string;
  readonly chats: string;
  readonly requests: string;
  readonly network: string;
  readonly settings: string;
  readonly addContact: string;
  readonly theirId: string;
  readonly addAndWrite: string;
  readonly accept: string;
  readonly message: RegExp;
  readonly send: string;
  readonly details: string;
  readonly more: string;
  readonly safetyDigits: RegExp;
  readonly compare: string;
  readonly markVerified: string;
  readonly verified: string;
  readonly relay: string;
  readonly onion: string;
  readonly delivered: string;
  readonly read: string;
  readonly received: string;
}

export const ENGLISH: WebWords = {
  createAccount: 'Create account',
  yourName: 'Your name',
  submitName: 'Create account',
  myId: 'My ID',
  copyLink: 'Copy link',
  copied: 'Copied',
  close: 'Close',
  back: 'Back',
  chats: 'Chats',
  requests: 'Requests',
  network: 'Network',
  settings: 'Settings',
  addContact: 'Add a contact',
  theirId: 'Their ID or link',
  addAndWrite: 'Add and write',
  accept: 'Accept',
  message: /^Message to/,
  send: 'Send',
  details: 'Contact details',
  more: 'More about this chat',
  safetyDigits: /^Safety number, twelve/,
  compare: 'Compare',
  markVerified: 'Mark as verified',
  verified: 'Verified',
  relay: 'Relay',
  onion: 'Onion',
  delivered: 'Delivered',
  read: 'Read',
  received: 'Received',
};

export const ARABIC: WebWords = {
  createAccount: 'إنشاء حساب',
  yourName: 'اسمك',
  submitName: 'إنشاء الحساب',
  myId: 'معرّفي',
  copyLink: 'نسخ الرابط',
  copied: 'تم النسخ',
  close: 'إغلاق',
  back: 'رجوع',
  chats: 'المحادثات',
  requests: 'الطلبات',
  network: 'الشبكة',
  settings: 'الإعدادات',
  addContact: 'إضافة جهة اتصال',
  theirId: 'معرّفها أو رابطها',
  addAndWrite: 'إضافة ومراسلة',
  accept: 'قبول',
  message: /^رسالة إلى/,
  send: 'إرسال',
  details: 'تفاصيل جهة الاتصال',
  more: 'المزيد عن هذه المحادثة',
  safetyDigits: /^رقم الأمان،/,
  compare: 'مقارنة',
  markVerified: 'وضع علامة «تم التحقق»',
  verified: 'تم التحقق',
  relay: 'المُرحِّل',
  onion: 'البصلي',
  delivered: 'سُلّمت',
  read: 'قُرئت',
  received: 'استُلمت',
};
