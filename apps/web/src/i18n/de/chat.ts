export const chat = {
  none: 'Kein Chat ist geöffnet',
  empty: 'Hier wurde noch nichts geschrieben.',
  notRead: 'Dieser Chat ließ sich nicht lesen.',
  timeline: 'Nachrichten mit {{name}}',
  unread: 'Neue Nachrichten',
  toNewest: 'Zur neuesten Nachricht',
  arrived_one: '{{count}} neue Nachricht',
  arrived_other: '{{count}} neue Nachrichten',
  arrival: '{{name}}: {{text}}',
  verified: 'Geprüft',
  typing: 'schreibt…',
  showAll: 'Alles zeigen',
  deleted: 'Auf diesem Gerät gelöscht',
  gap_one: 'Hier fehlt {{count}} Nachricht der anderen Seite. Bitten Sie darum, sie noch einmal zu senden.',
  gap_other:
    'Hier fehlen {{count}} Nachrichten der anderen Seite. Bitten Sie darum, sie noch einmal zu senden.',
  storedOn_one: 'auf {{count}} gespeichert',
  storedOn_other: 'auf {{count}} gespeichert',
  storedOnOf_one: 'auf {{count}} von {{of}} gespeichert',
  storedOnOf_other: 'auf {{count}} von {{of}} gespeichert',
  files: {
    label: 'Dateien',
    nameless: 'Eine Datei ohne Namen',
    save: 'Sichern',
    saveOf: '{{name}} sichern, {{size}}',
    saved: 'Der Browser legt {{name}} zu den Downloads.',
    notYet: 'Davon wird nichts geholt, ehe Sie die Anfrage annehmen.',
    sending: '{{name}} wird gesendet',
    fetching: '{{name}} wird geholt',
    progress: '{{percent}}, {{done}} von {{size}}',
    stop: 'Anhalten',
    stopOf: '{{name}} anhalten',
    retryOf: '{{name}} noch einmal holen',
    failed: '{{name}}: {{why}}',
    only_one: 'Eine Datei',
    only_other: '{{count}} Dateien',
  },
  attach: {
    button: 'Dateien anhängen',
    list: 'Angehängte Dateien',
    count_one: '{{count}} Datei angehängt',
    count_other: '{{count}} Dateien angehängt',
    remove: '{{name}} entfernen',
    drop: 'Dateien hier ablegen, um sie anzuhängen',
    handing: 'Die Dateien werden auf diesem Gerät verschlüsselt',
    stop: 'Anhalten',
    tooLarge:
      '{{name}} hat {{size}}. Eine Datei darf bis zu {{limit}} haben: Senden Sie sie in Teilen oder auf anderem Weg.',
    tooMany_one: 'Eine Nachricht fasst {{count}} Datei. Senden Sie die anderen mit der nächsten.',
    tooMany_other: 'Eine Nachricht fasst {{count}} Dateien. Senden Sie die anderen mit der nächsten.',
    folder: '{{name}} ist ein Ordner. Packen Sie ihn in eine Datei und hängen Sie diese an.',
    needsOnion:
      'Dateien gehen nur durch das Onion-Netz, und dieses Konto ist nicht darin. Nehmen Sie ein Konto in einem Netz mit Speicherknoten.',
  },
  state: {
    queued: 'Wartet',
    sent: 'Gesendet',
    delivered: 'Zugestellt',
    read: 'Gelesen',
    failed: 'Nicht gesendet',
    received: 'Empfangen',
  },
  problem: {
    other: 'Die Nachricht ließ sich nicht senden.',
    waits: 'Die Nachricht wartet auf ihren Weg und geht von selbst hinaus.',
    'too-few-nodes':
      'Bisher auf {{stored}} von {{of}} gespeichert, zu wenig, um sich darauf zu verlassen. Es wird von selbst noch einmal versucht.',
    replaced:
      'Dieses Konto wurde auf einem anderen Gerät wiederhergestellt. Von hier aus lässt sich nichts mehr senden.',
    'maybe-replaced':
      'Das Relay nimmt dieses Gerät nicht mehr an, und die Speicherknoten sagen noch nicht, ob das Konto anderswo weitergeht. Bis dahin wird nichts gesendet.',
    'used-elsewhere':
      'Ein anderes Programm benutzt genau dieses Profil. Von hier aus lässt sich nichts senden.',
    'not-taken-in':
      'Der einzige Weg, den dieser Chat nehmen darf, hat dieses Konto noch nicht aufgenommen. Danach geht die Nachricht von selbst hinaus.',
    'they-have-no-relay':
      'Dieser Chat geht nur über das Relay, und die andere Seite ist bei keinem. Stellen Sie seinen Weg auf Automatisch, um auf dem Onion-Weg zu senden.',
    'no-relay':
      'Dieser Chat geht nur über das Relay, und dieses Konto hat keines. Stellen Sie seinen Weg auf Automatisch, um auf dem Onion-Weg zu senden.',
    'no-onion':
      'Dieser Chat geht nur auf dem Onion-Weg, und dieses Konto ist nicht darauf. Stellen Sie seinen Weg auf Automatisch, um über das Relay zu senden.',
    'no-onion-for-theirs':
      'Die andere Seite will nur den Onion-Weg, und dieses Konto ist nicht darauf. Ein anderer wird nicht genommen.',
    'wrong-relay-key':
      'Das Relay hat einen anderen Schlüssel, als seine Adresse sagt: Jemand steht vielleicht dazwischen, oder die Adresse ist alt. Dorthin wird nichts gesendet.',
    'untrusted-relay': 'Keine bekannte Stelle bürgt für dieses Relay. Dorthin wird nichts gesendet.',
    'bound-to-relay':
      'Dieser Chat geht nur über das Relay, und das Relay antwortet gerade nicht. Sobald es antwortet, geht die Nachricht von selbst hinaus.',
    'bound-to-onion':
      'Dieser Chat geht nur auf dem Onion-Weg, und der antwortet gerade nicht. Sobald er antwortet, geht die Nachricht von selbst hinaus.',
    'relay-behind-onion':
      'Sie lassen das Relay nur durch das Onion-Netz fragen, und dieses Netz antwortet gerade nicht. Sobald es antwortet, geht die Nachricht von selbst hinaus.',
    'refused-by-relay-waits-for-onion':
      'Das Relay hat diese Nachricht abgelehnt. Sie wartet auf den Onion-Weg.',
    'refused-by-onion-waits-for-relay':
      'Der Onion-Weg hat diese Nachricht abgelehnt. Sie wartet auf das Relay.',
    'refused-by-relay': 'Das Relay hat diese Nachricht endgültig abgelehnt.',
    'refused-by-onion': 'Der Onion-Weg hat diese Nachricht endgültig abgelehnt.',
    'refused-by-both': 'Das Relay und der Onion-Weg haben diese Nachricht endgültig abgelehnt.',
    'refused-by-relay-unknown-to-onion':
      'Das Relay hat diese Nachricht endgültig abgelehnt, und auf dem Onion-Weg gibt es kein Konto mit dieser ID.',
    'refused-by-onion-unknown-to-relay':
      'Der Onion-Weg hat diese Nachricht endgültig abgelehnt, und das Relay kennt kein Konto mit dieser ID.',
    'too-large-for-relay': 'Diese Nachricht ist zu groß für das Relay.',
    'too-large-for-onion': 'Diese Nachricht ist zu groß für den Onion-Weg.',
    'too-large-for-both': 'Diese Nachricht ist zu groß für das Relay und für den Onion-Weg.',
    'too-large-for-relay-unknown-to-onion':
      'Diese Nachricht ist zu groß für das Relay, und auf dem Onion-Weg gibt es kein Konto mit dieser ID.',
    'too-large-for-onion-unknown-to-relay':
      'Diese Nachricht ist zu groß für den Onion-Weg, und das Relay kennt kein Konto mit dieser ID.',
    'unknown-account': 'Auf diesem Weg gibt es kein Konto mit dieser ID.',
    'account-lost': 'Das Relay kennt das andere Konto nicht mehr; vielleicht hat es das Relay verlassen.',
    'account-lost-to-relay':
      'Das Relay kennt das andere Konto nicht mehr; vielleicht hat es das Relay verlassen. Stellen Sie den Weg dieses Chats auf Automatisch, um auf dem Onion-Weg zu senden.',
    'account-not-seen':
      'Das andere Konto ist auf dem Weg, der gerade offen ist, nicht zu finden. Es wird von selbst noch einmal versucht.',
    'contact-warning': 'Die Nachricht wartet, bis Sie die Warnung zu diesem Kontakt angesehen haben.',
    'record-unproven':
      'Was das Netz über das andere Konto aufbewahrt, weist sich nicht aus. Dafür lässt sich nichts verschlüsseln.',
    'record-expired':
      'Die andere Seite war so lange fort, dass ihre Schlüssel veraltet sind. Die Nachricht wartet auf neue.',
    'bad-keys':
      'Die Schlüssel, die das andere Gerät anbietet, halten nicht stand. Dafür lässt sich nichts verschlüsseln.',
    'too-large': 'Diese Nachricht ist für jeden Weg zu groß.',
    'files-need-onion':
      'Dateien gehen nur durch das Onion-Netz, und dieses Konto ist noch nicht darin. Nehmen Sie ein Konto in einem Netz mit Speicherknoten.',
    'file-waits':
      'Speicherknoten antworten gerade nicht für die Dateien. Lassen Sie Sotto laufen: Es wird von selbst wieder versucht.',
    'file-refused':
      'Speicherknoten haben eine Datei endgültig abgelehnt. Versuchen Sie es später oder senden Sie sie in kleineren Teilen.',
    'file-gone':
      'Speicherknoten haben diese Datei nicht mehr: Sie bewahren eine 30 Tage lang auf. Bitten Sie darum, sie noch einmal zu senden.',
    'file-damaged':
      'Diese Datei ist beschädigt: Sie ist nicht, was angekündigt war. Versuchen Sie es noch einmal; misslingt es wieder, bitten Sie darum, sie neu zu senden.',
    'file-unknown-kind':
      'Diese Datei liegt, wo dieses Programm sie nicht holen kann. Bitten Sie darum, sie mit Sotto zu senden, oder nehmen Sie eine neuere Version.',
    'file-cancelled': 'Angehalten. Ein neuer Versuch macht weiter, wo es stand.',
    expired: 'Die Nachricht ließ sich in 14 Tagen nicht befördern.',
    blocked: 'Sie haben diesen Kontakt blockiert, bevor die Nachricht gesendet war.',
  },
  actions: {
    label: 'Aktionen zu dieser Nachricht',
    copy: 'Text kopieren',
    details: 'Einzelheiten',
    delete: 'Auf diesem Gerät löschen',
  },
  details: {
    title: 'Über diese Nachricht',
    state: 'Stand',
    why: 'Warum',
    sent: 'Gesendet',
    received: 'Empfangen',
    road: 'Weg',
    stored: 'Für die andere Seite aufbewahrt',
    id: 'ID',
    copyId: 'ID kopieren',
  },
  search: {
    open: 'In diesem Chat suchen',
    close: 'Suche schließen',
    label: 'In diesem Chat suchen',
    nothing: 'In diesem Chat nichts gefunden.',
    count_one: '{{count}} Nachricht',
    count_other: '{{count}} Nachrichten',
    countMore_one: 'Mehr als {{count}} Nachricht',
    countMore_other: 'Mehr als {{count}} Nachrichten',
  },
  menu: {
    label: 'Mehr zu diesem Chat',
    details: 'Kontakt ansehen',
    markRead: 'Als gelesen markieren',
    clear: 'Chat leeren',
    block: 'Blockieren',
    delete: 'Kontakt und Chat löschen',
  },
  warning: {
    text: 'Mit diesem Kontakt stimmt etwas nicht. Bis Sie nachgesehen haben, wird nichts Neues gesendet.',
    look: 'Nachsehen',
  },
  composer: {
    form: 'Nachricht schreiben',
    label: 'Nachricht an {{name}}',
    placeholder: 'Nachricht',
    reply: 'Antworten und damit annehmen',
    send: 'Senden',
    unsent: 'Nicht gesendet. {{why}}',
    look: 'Kontakt ansehen',
    left: 'Noch {{bytes}} Bytes',
    tooLong: 'Um {{bytes}} Bytes zu lang. Senden Sie es in Teilen.',
  },
  words: {
    title: 'Sind das Ihre Wiederherstellungswörter?',
    text: 'Wer Ihre Wiederherstellungswörter hat, hat Ihr Konto. Niemand, der ehrlich ist, fragt danach, und Sotto tut es nie.',
    send: 'Trotzdem senden',
    keep: 'Nicht senden',
  },
  request: {
    label: 'Anfrage',
    title: '{{name}} möchte Ihnen schreiben.',
    safety:
      'Namen lassen sich erfinden. Senden Sie jemandem, den Sie nicht kennen, weder Geld noch Codes oder Wörter. Dass Sie dies lesen, erfährt die andere Seite nur, wenn Sie annehmen. Auch eine Antwort nimmt an.',
    accept: 'Annehmen',
    delete: 'Löschen',
    block: 'Blockieren',
    deleteTitle: 'Die Anfrage von {{name}} löschen?',
    deleteText:
      'Die Anfrage und ihre Nachrichten werden auf diesem Gerät gelöscht. Die andere Seite erfährt es nicht und kann noch einmal anfragen.',
    deleteNow: 'Auf diesem Gerät löschen',
    deleteDone: 'Anfrage gelöscht',
    blockTitle: '{{name}} blockieren?',
    blockText:
      'Was von dort kommt, wird nicht mehr gezeigt. Die andere Seite erfährt es nicht. Sie können es im Chat zurücknehmen.',
    blockNow: 'Blockieren',
    blockDone: 'Blockiert',
  },
  blocked: {
    label: 'Blockiert',
    text: 'Sie haben diesen Kontakt blockiert. Was von dort kommt, wird nicht gezeigt, und Sie können nicht dorthin schreiben.',
    unblock: 'Blockierung aufheben',
  },
  replaced: {
    label: 'Ersetztes Gerät',
    text: 'Dieses Konto wurde auf einem anderen Gerät wiederhergestellt oder gelöscht. Hier können Sie lesen, dort schreiben.',
  },
};
