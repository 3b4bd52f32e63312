export const contact = {
  title: 'Kontakt',
  unread: 'Dieser Kontakt ließ sich nicht lesen.',
  theirName: 'Nennt sich selbst {{name}}',
  noTheirName: 'Hat noch keinen Namen genannt',
  verified: 'Geprüft',
  state: {
    request: 'Hat Ihnen zuerst geschrieben. Annehmen, löschen oder blockieren Sie im Chat.',
    invited: 'Wartet auf Annahme. Was Sie schreiben, kommt dort als Anfrage an.',
    accepted: 'Kontakt seit {{date}}',
    blocked: 'Blockiert. Was von dort kommt, wird nicht gezeigt; mitgeteilt wird das nicht.',
  },
  nickname: {
    label: 'Ihr Name für diesen Kontakt',
    help: 'Nur Sie sehen ihn. Leer gilt der Name, den sich der Kontakt selbst gegeben hat.',
    saved: 'Name gespeichert',
  },
  id: {
    title: 'ID',
    help: 'Wer sie hat, kann dorthin schreiben. Geben Sie sie nur weiter, wenn das recht ist.',
    copyId: 'ID kopieren',
    copyLink: 'Link kopieren',
    showQr: 'QR-Code zeigen',
    hideQr: 'QR-Code verbergen',
    qr: 'QR-Code, der diesen Kontakt hinzufügt',
  },
  warning: {
    title: 'An diesem Kontakt stimmt etwas nicht',
    paused: 'Bis Sie weitermachen, wird nichts Neues dorthin gesendet.',
    doTitle: 'Was zu tun ist',
    do: 'Fragen Sie auf einem anderen Weg nach, am Telefon oder persönlich, ob dort etwas geändert wurde. Vergleichen Sie die Sicherheitsnummern. War es der Kontakt selbst oder ist nichts verdächtig, machen Sie weiter: Gesendet wird an die Geräte, die Sie vorher kannten, und der zweifelhafte Eintrag bleibt abgelehnt.',
    accept: 'Verstanden, weitermachen',
    'record-forked':
      'Zwei verschiedene Einträge der Geräte dieses Kontakts beanspruchen denselben Platz in der Reihe. Vielleicht wurde ein Gerät aus einer alten Kopie zurückgeholt. Vielleicht versucht jemand, der einen seiner Schlüssel hat, ein eigenes Gerät hinzuzufügen.',
    'record-rolled-back':
      'Es wurde ein älterer Eintrag der Geräte dieses Kontakts gezeigt als der, den Sie kennen. Vielleicht hinkt ein Server hinterher. Vielleicht will jemand, dass Nachrichten an ein Gerät gehen, das entfernt wurde.',
    'record-unproven':
      'Ein neuer Eintrag der Geräte dieses Kontakts ist weder von einem Gerät unterschrieben, das Sie kennen, noch mit seinen Wörtern. Vielleicht ging dort etwas schief. Vielleicht versucht jemand, ein fremdes Gerät unterzuschieben.',
    'version-lowered':
      'Ein neuer Eintrag dieses Kontakts erlaubt ein älteres und schwächeres Protokoll als vorher. Vielleicht wurde dort ein älteres Sotto installiert. Vielleicht versucht jemand, den Schutz Ihrer Nachrichten zu schwächen.',
    other: 'Ein Eintrag der Geräte dieses Kontakts wurde abgelehnt.',
  },
  safety: {
    title: 'Sicherheitsnummer',
    unknown:
      'Sie steht hier, sobald die Schlüssel des Kontakts bekannt sind: nach der ersten Nachricht in einer der Richtungen.',
    verified: 'Sie haben sie verglichen: Das sind seine Schlüssel.',
    unverified: 'Noch nicht verglichen.',
    compare: 'Vergleichen',
    dialog: 'Sicherheitsnummern mit {{name}} vergleichen',
    how: 'Beide Bildschirme zeigen dieselben sechzig Ziffern, wenn niemand zwischen Ihnen steht. Lesen Sie sie einander am Telefon vor, wenn Sie die Stimme kennen, oder halten Sie die Bildschirme nebeneinander. Schicken Sie sie nicht in diesem Chat.',
    howQr:
      'Oder mit einem Bild: Eine Seite zeigt diesen Code, die andere fotografiert ihn und öffnet das Foto hier.',
    digits: 'Sicherheitsnummer, zwölf Gruppen zu fünf Ziffern',
    qr: 'Sicherheitsnummer als QR-Code',
    picture: 'Mit einem Bild vergleichen',
    mark: 'Als geprüft markieren',
    unmark: 'Prüfung zurücknehmen',
    marked: 'Als geprüft markiert',
    unmarked: 'Nicht mehr als geprüft markiert',
    result: {
      match: 'Der Code stimmt überein: Sie haben die Schlüssel des jeweils anderen.',
      mismatch:
        'Der Code stimmt nicht überein. Prüfen Sie, ob er wirklich zum Chat mit Ihnen gehört. Wenn ja, schreiben Sie hier nichts Wichtiges: Vielleicht steht jemand zwischen Ihnen.',
      'other-version':
        'Der Code ist von einer anderen Version von Sotto. Aktualisieren Sie beide, oder vergleichen Sie die Ziffern.',
      malformed: 'Das ist ein QR-Code, aber nicht der einer Sicherheitsnummer.',
      none: 'In diesem Bild ist kein lesbarer QR-Code. Fotografieren Sie gerade, scharf und nah genug.',
    },
  },
  road: {
    title: 'Weg dieses Chats',
    auto: 'Das Relay, solange es gut antwortet, sonst der Onion-Weg. So kommen Nachrichten am schnellsten an.',
    relay:
      'Nur das Relay. Es kann nichts lesen, aber es sieht Ihre Internetadresse, wann Sie verbunden sind und für welches Konto eine Nachricht ist. Antwortet es nicht, warten Nachrichten.',
    onion:
      'Nur durch drei Speicherknoten, von denen keiner sowohl Sie kennt als auch, wem Sie schreiben. Langsamer. Antwortet der Onion-Weg nicht, warten Nachrichten: Sie nehmen keinen anderen Weg.',
    theirs: 'Der Kontakt will für diesen Chat den Onion-Weg: Das gilt, was immer Sie wählen.',
    learns: 'Mit Ihrer nächsten Nachricht erfährt der Kontakt von Ihrer Wahl.',
    changed: 'Weg geändert',
  },
  devices: {
    title: 'Geräte',
    none: 'Noch ist keines bekannt.',
    device: 'Gerät {{number}}',
    key: 'Schlüssel beginnt mit',
  },
  actions: {
    title: 'Dieser Chat',
    block: 'Blockieren',
    unblock: 'Blockierung aufheben',
    clear: 'Chat leeren',
    delete: 'Kontakt und Chat löschen',
  },
  confirm: {
    blockTitle: '{{name}} blockieren?',
    block:
      'Was von dort kommt, wird nicht mehr gezeigt, und Sie können nicht dorthin schreiben. Mitgeteilt wird das nicht. Sie können es hier zurücknehmen.',
    clearTitle: 'Den Chat mit {{name}} leeren?',
    clear:
      'Alle Nachrichten dieses Chats werden auf diesem Gerät gelöscht. Der Kontakt bleibt. Die andere Seite behält ihre Kopie. Das lässt sich nicht rückgängig machen.',
    deleteTitle: '{{name}} löschen?',
    delete:
      'Der Kontakt und alle Nachrichten dieses Chats werden auf diesem Gerät gelöscht. Die andere Seite behält ihre Kopie und erfährt nichts davon. Schreibt sie wieder, kommt das als Anfrage. Das lässt sich nicht rückgängig machen.',
    clearNow: 'Auf diesem Gerät leeren',
    deleteNow: 'Auf diesem Gerät löschen',
    blockNow: 'Blockieren',
  },
  done: {
    blocked: 'Blockiert',
    unblocked: 'Blockierung aufgehoben',
    cleared: 'Chat geleert',
    deleted: 'Kontakt gelöscht',
  },
};
