export const common = {
  appName: 'Sotto',
  cancel: 'Abbrechen',
  close: 'Schließen',
  back: 'Zurück',
  save: 'Speichern',
  done: 'Fertig',
  delete: 'Löschen',
  undo: 'Rückgängig',
  retry: 'Noch einmal',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed: 'Kopieren ging nicht. Markieren Sie den Text und kopieren Sie ihn von Hand.',
  loading: 'Lädt…',
  you: 'Sie',
  unnamed: 'Noch ohne Namen',
  learnMore: 'Mehr dazu',
  moreActions: 'Mehr',
  nav: {
    label: 'Bereiche',
    chats: 'Chats',
    requests: 'Anfragen',
    network: 'Netz',
    settings: 'Einstellungen',
    myId: 'Meine ID',
    lock: 'Sperren',
    skipToMain: 'Zum Chat',
    skipToList: 'Zur Liste der Chats',
  },
  door: {
    connecting: 'Verbindung mit Sotto auf diesem Rechner…',
    lost: 'Das Programm hinter dieser Seite antwortet nicht. Alles Gesendete ist sicher; diese Seite verbindet sich von selbst wieder.',
    refusedTitle: 'Dieser Tab wird nicht eingelassen',
    refused:
      'Sotto öffnet sich mit einem Link, den das Programm beim Start ausgibt. Der Link dieses Tabs stammt von einem anderen Start, oder es war keiner dabei.',
    refusedDo:
      'Öffnen Sie den Link, der in dem Terminal steht, in dem Sotto läuft. Nach npm start: noch einmal npm start ausführen, dann stehen die Links da.',
  },
  road: { relay: 'Relay', onion: 'Onion', auto: 'Automatisch', none: 'Auf diesem Gerät' },
  error: {
    title: 'Das hat nicht geklappt',
    closed: 'Das Programm hinter dieser Seite antwortet nicht. Versuchen Sie es gleich noch einmal.',
    busy: 'Zu viele Versuche. Warten Sie kurz und versuchen Sie es dann noch einmal.',
    unreachable:
      'Niemand hat geantwortet. Prüfen Sie die Verbindung dieses Rechners und versuchen Sie es noch einmal.',
    rejected: 'Das Netz hat das abgelehnt.',
    'bad-name': 'Ein Name hat 1 bis 64 Zeichen und keine unsichtbaren.',
    'bad-network': 'Das ist kein Netztext, den Sotto lesen kann.',
    'bad-words': 'Das sind keine Wiederherstellungswörter.',
    'bad-recipient': 'Das ist weder eine Konto-ID noch ein Kontaktlink.',
    'bad-message': 'Diese Nachricht ist leer oder zu lang.',
    yourself: 'Das ist Ihre eigene ID.',
    blocked: 'Sie haben diesen Kontakt blockiert.',
    'not-possible': 'Das geht jetzt nicht.',
    'they-have-no-relay':
      'Dieser Chat geht nur über das Relay, und die andere Seite ist bei keinem. Stellen Sie seinen Weg auf Automatisch.',
    'no-relay':
      'Dieser Chat geht nur über das Relay, und dieses Konto hat keines. Stellen Sie seinen Weg auf Automatisch.',
    'no-onion':
      'Dieser Chat geht nur auf dem Onion-Weg, und dieses Konto ist nicht darauf. Stellen Sie seinen Weg auf Automatisch.',
    'record-warning': 'Sehen Sie sich erst die Warnung zu diesem Kontakt an.',
    'record-refused':
      'Was das Netz über dieses Konto aufbewahrt, weist sich nicht aus; Sotto macht damit nicht weiter.',
    'outbox-full': 'Es warten schon zu viele Nachrichten auf den Versand.',
    'files-need-onion':
      'Dateien gehen nur durch das Onion-Netz, und dieses Konto ist nicht darin. Nehmen Sie ein Konto in einem Netz mit Speicherknoten.',
    'file-too-large':
      'Diese Datei ist größer, als gesendet werden kann. Senden Sie sie in Teilen oder auf anderem Weg.',
    'file-changed':
      'Eine Datei hat sich beim Anhängen geändert oder war nicht zu lesen. Hängen Sie sie noch einmal an.',
    'files-full':
      'Es warten schon zu viele Dateien auf den Versand. Warten Sie, bis einige fort sind, und versuchen Sie es noch einmal.',
    'unknown-file': 'Diese Datei ist nicht mehr hier.',
    'unknown-contact': 'Diesen Kontakt gibt es nicht.',
    'unknown-message': 'Diese Nachricht ist nicht mehr hier.',
    'needs-invite': 'Dieses Relay nimmt nur Leute mit Einladung auf.',
    'invite-refused': 'Diese Einladung wurde schon benutzt oder gehört nicht zu diesem Relay.',
    'device-replaced':
      'Dieses Konto wurde auf einem anderen Gerät wiederhergestellt. Von hier kann nichts mehr gesendet werden.',
    'wrong-passphrase': 'Das ist nicht die Passphrase.',
    'wrong-relay-key':
      'Das Relay hat einen anderen Schlüssel, als seine Adresse sagt. Es wurde nichts dorthin gesendet.',
    'untrusted-relay': 'Keine bekannte Stelle bürgt für dieses Relay. Es wurde nichts dorthin gesendet.',
    'profile-in-use': 'Ein anderes Programm benutzt dieses Profil.',
    'disk-full':
      'Der Datenträger, auf den Sotto schreibt, ist voll; es wurde nichts getan. Schaffen Sie Platz und versuchen Sie es noch einmal.',
    'no-phrase': 'Dieses Gerät kennt die Wörter nicht mehr.',
    locked: 'Sotto ist gesperrt.',
    other:
      'In Sotto ist etwas schiefgegangen. Versuchen Sie es noch einmal; wenn es wieder geschieht, starten Sie Sotto neu.',
  },
};
