/** The few words of the page by which tests find what to press, in the languages that they run in. */
export interface WebWords {
  readonly createAccount: string;
  readonly haveAccount: string;
  readonly restoreMeans: RegExp;
  readonly recoveryWords: string;
  readonly restoreAccount: string;
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
  readonly contact: string;
  readonly more: string;
  readonly safetyDigits: RegExp;
  readonly compare: string;
  readonly markVerified: string;
  readonly verified: string;
  readonly nowVerified: string;
  readonly saveWords: string;
  readonly hold: string;
  readonly wordsList: string;
  readonly writtenDown: string;
  readonly checkWords: string;
  readonly wordsForgotten: string;
  readonly automatic: string;
  readonly relayDown: RegExp;
  readonly replaced: RegExp;
  readonly relay: string;
  readonly onion: string;
  readonly delivered: string;
  readonly read: string;
  readonly received: string;
}

export const ENGLISH: WebWords = {
  createAccount: 'Create account',
  haveAccount: 'I have an account',
  restoreMeans: /^This device takes the account over\./,
  recoveryWords: 'Recovery words',
  restoreAccount: 'Restore account',
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
  contact: 'Contact',
  more: 'More about this chat',
  safetyDigits: /^Safety number, twelve/,
  compare: 'Compare',
  markVerified: 'Mark as verified',
  verified: 'Verified',
  nowVerified: 'You have compared it: these are their keys.',
  saveWords: 'Save words',
  hold: 'Hold to show',
  wordsList: 'Recovery words',
  writtenDown: 'I have written them down',
  checkWords: 'Check and finish',
  wordsForgotten: 'Words saved. This device has forgotten them.',
  automatic: 'Automatic',
  relayDown: /^The relay does not answer well\./,
  replaced: /^This account was restored on another device, or deleted\. Nothing/,
  relay: 'Relay',
  onion: 'Onion',
  delivered: 'Delivered',
  read: 'Read',
  received: 'Received',
};

export const ARABIC: WebWords = {
  createAccount: 'إنشاء حساب',
  haveAccount: 'لديّ حساب',
  restoreMeans: /^يتولى هذا الجهاز الحساب\./,
  recoveryWords: 'كلمات الاسترداد',
  restoreAccount: 'استرداد الحساب',
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
  contact: 'جهة الاتصال',
  more: 'المزيد عن هذه المحادثة',
  safetyDigits: /^رقم الأمان،/,
  compare: 'مقارنة',
  markVerified: 'وضع علامة «تم التحقق»',
  verified: 'تم التحقق',
  nowVerified: 'قارنته: هذه مفاتيحها.',
  saveWords: 'حفظ الكلمات',
  hold: 'اضغط مطوّلًا للإظهار',
  wordsList: 'كلمات الاسترداد',
  writtenDown: 'لقد كتبتها',
  checkWords: 'تحقّق وإنهاء',
  wordsForgotten: 'حُفظت الكلمات. لقد نسيها هذا الجهاز.',
  automatic: 'تلقائي',
  relayDown: /^المُرحِّل لا يستجيب جيدًا\./,
  replaced: /^استُعيد هذا الحساب على جهاز آخر أو حُذف\./,
  relay: 'المُرحِّل',
  onion: 'البصلي',
  delivered: 'سُلّمت',
  read: 'قُرئت',
  received: 'استُلمت',
};
