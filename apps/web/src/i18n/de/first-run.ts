export const firstRun = {
  welcome: {
    title: 'Willkommen bei Sotto',
    text: 'Nachrichten, die nur Sie und Ihr Kontakt lesen können. Sie nehmen einen von zwei Wegen: einen schnellen über ein Relay oder einen über Speicherknoten, von denen keiner zugleich Sie kennt und weiß, wem Sie schreiben.',
    create: 'Konto anlegen',
    restore: 'Ich habe ein Konto',
    choose: 'Netz wählen…',
    other: 'Anderes Netz verwenden…',
    nothingSent:
      'Keine Telefonnummer, keine E-Mail-Adresse. Nichts verlässt dieses Gerät, bevor Sie einen Namen angegeben haben.',
  },
  incomplete: {
    title: 'Fast geschafft',
    text: 'Die Schlüssel eines Kontos liegen schon auf diesem Gerät, aber noch hat kein Netz das Konto aufgenommen. Nichts ist verloren: Ein neuer Versuch mit demselben Netz macht mit diesen Schlüsseln weiter.',
    create: 'Noch einmal versuchen',
  },
  network: {
    now: 'Netz',
    noneText:
      'Sotto gehört niemandem; darum müssen Sie sagen, welches Netz es verwenden soll. Sie wählen es im nächsten Schritt.',
    title: 'Netz wählen',
    text: 'Ein Netztext sagt, welches Relay und welche Speicherknoten verwendet werden; ein Link zum Beitreten führt zu einem solchen Text. Sie bekommen ihn von den Leuten, denen Sie schreiben wollen, oder von denen, die das Netz betreiben.',
    field: 'Netztext oder Link',
    placeholder: 'sotto-network:1:… oder sotto://join?…',
    askText:
      'Das ist der Link zum Beitreten von {{name}}. Die Speicherknoten darin werden nach ihrer Liste gefragt, und zwar direkt: Sie sehen dieses eine Mal Ihre Internetadresse.',
    askTextNameless:
      'Das ist ein Link zum Beitreten. Die Speicherknoten darin werden nach ihrer Liste gefragt, und zwar direkt: Sie sehen dieses eine Mal Ihre Internetadresse.',
    ask: 'Fragen',
    asking: 'Die Speicherknoten dieses Links werden gefragt…',
    invitedBy: '{{name}} hat Sie eingeladen. Wenn Ihr Konto da ist, können Sie dorthin schreiben.',
    file: 'Datei oder Bild wählen',
    drop: 'Sie können die Datei oder ein Bild ihres QR-Codes auch hier ablegen.',
    use: 'Dieses Netz verwenden',
    keep: 'Bei diesem Netz bleiben',
    preview: 'Was dieser Text sagt',
    current: 'Das Netz, mit dem diese App gestartet wurde',
    relay: 'Relay',
    noRelay: 'keines: alles nimmt den Onion-Weg',
    nodes: 'Speicherknoten',
    noNodes: 'keine: alles geht über das Relay',
    nodesIn_one: '{{count}} in {{swarms}}',
    nodesIn_other: '{{count}} in {{swarms}}',
    swarms_one: '{{count}} Schwarm',
    swarms_other: '{{count}} Schwärmen',
    signers: 'Die Liste unterschreiben',
    unsigned:
      'niemand: Sie ist, was jemand Speicherknoten hat sagen sehen. Sie ist so gut wie der, von dem Sie diesen Text haben',
    signersOf_one: 'mindestens {{threshold}} von {{count}} Unterzeichner',
    signersOf_other: 'mindestens {{threshold}} von {{count}} Unterzeichnern',
    name: 'Kurzname der Liste',
    nameText: 'Wer denselben Kurznamen hat, ist im selben Netz.',
    invited: 'Mit einer Einladung für dieses Relay',
    onionOnly: 'Nur Onion: nie ein Relay berühren',
    onionOnlyText:
      'Nichts geht je an ein Relay, also sieht keines Ihre Internetadresse. Nachrichten brauchen länger, und Tippen wird nicht angezeigt.',
    problem: {
      'bad-network':
        'Das ist kein Netztext, oder nicht der ganze. Kopieren Sie den ganzen Text, von sotto-network: bis zum Ende.',
      invite:
        'Diese Einladung ist nicht vollständig. Kopieren Sie den ganzen Link, von sotto://invite bis zum Ende.',
      join: 'Dieser Link ist beschädigt oder nicht vollständig. Kopieren Sie den ganzen Link, von sotto://join bis zum Ende, oder bitten Sie um einen neuen.',
      unjoinable:
        'Dieser Link führt zu keiner Liste, die seine Unterzeichner unterschrieben haben. Bitten Sie um einen neuen.',
      unanswered:
        'Keiner der Speicherknoten in diesem Link antwortet. Prüfen Sie die Verbindung dieses Rechners oder bitten Sie um einen neuen Link.',
      contact:
        'Das ist der Kontaktlink von jemandem. Heben Sie ihn für später auf und fragen Sie nach dem Text des Netzes.',
      'too-long': 'Diese Datei ist zu lang für einen Netztext.',
      'no-code':
        'In diesem Bild ist kein lesbarer QR-Code. Fotografieren Sie ihn gerade, scharf und nah genug.',
    },
  },
  create: {
    title: 'Wie sollen andere Sie nennen?',
    name: 'Ihr Name',
    nameText:
      'Ihr richtiger Name, ein anderer, irgendetwas. Nur Leute, denen Sie schreiben, sehen ihn. Sie können ihn jederzeit ändern.',
    go: 'Konto anlegen',
    keys: 'Ihre Schlüssel entstehen auf diesem Gerät…',
    enrol: 'Das Netz erfährt von Ihnen, damit andere Sie finden…',
    slow: 'Das dauert länger als sonst. Sie können warten: Es geht nichts verloren.',
  },
  restore: {
    title: 'Ihr Konto zurückholen',
    meansDevice:
      'Dieses Gerät übernimmt das Konto. Das bisherige endet: Von dort kann nichts mehr gesendet werden.',
    meansChats:
      'Kontakte und Chats kommen nicht mit. Wer Ihnen schreibt, ist eine Anfrage, bis Sie sie annehmen.',
    words: 'Wiederherstellungswörter',
    wordsText:
      '25 Wörter, oder 13 eines Session-Kontos. Tab übernimmt den Vorschlag; Sie können auch alle auf einmal einfügen.',
    suggestions: 'Wörter, die so beginnen',
    suggested_one: '{{count}} Wort: {{first}}. Tab übernimmt es.',
    suggested_other: '{{count}} Wörter, das erste ist {{first}}. Tab übernimmt es.',
    count_one: '{{count}} von {{wanted}} Wörtern',
    count_other: '{{count}} von {{wanted}} Wörtern',
    complete: 'alle stehen in der Liste',
    tooMany: 'Das sind mehr als {{wanted}} Wörter.',
    unknown: 'Wort {{position}}, „{{word}}“, steht nicht in der Liste.',
    perhaps: 'Vielleicht {{words}}?',
    more_one: '…und {{count}} weiteres.',
    more_other: '…und {{count}} weitere.',
    mismatch:
      'Alle Wörter stehen in der Liste, aber sie gehören nicht zusammen: Eines ist falsch, oder zwei sind vertauscht. Vergleichen Sie jedes mit dem, was Sie aufgeschrieben haben.',
    go: 'Konto wiederherstellen',
    working: 'Ihr Konto wird im Netz gesucht…',
    enrol: 'Dieses Gerät wird zum Gerät Ihres Kontos…',
    session: {
      title: 'Das sind Wörter eines Session-Kontos',
      text: 'Sotto kann dieselbe ID verwenden. Ihre Session-Chats gehen hier nicht weiter: Sie bleiben in Session, und nichts davon wird gelesen oder gelöscht. Ein neues Konto ist die bessere Wahl, damit nicht zwei Programme dieselbe ID benutzen.',
    },
  },
  invite: {
    field: 'Einladungslink',
    text: 'Fragen Sie die, die das Relay betreiben, danach. Er beginnt mit sotto://invite und gilt für ein Konto.',
    bad: 'Diese Einladung ist nicht vollständig. Kopieren Sie den ganzen Link, von sotto://invite bis zum Ende.',
    otherRelay: 'Diese Einladung ist für ein anderes Relay: {{host}}.',
    useRelay: 'Stattdessen jenes Relay verwenden',
  },
  advice: {
    'needs-invite':
      'Fügen Sie unten einen Einladungslink ein, oder verwenden Sie ein Netz mit Speicherknoten, nur Onion.',
    'invite-refused': 'Fragen Sie nach einer neuen Einladung und fügen Sie sie unten ein.',
    unreachable:
      'Nichts ist verloren. Wenn die Verbindung wieder da ist, versuchen Sie es noch einmal: Es geht dort weiter.',
    busy: 'Nichts ist verloren: Ein neuer Versuch macht dort weiter.',
    rejected: 'Fragen Sie die, die das Netz betreiben, oder verwenden Sie ein anderes.',
    'bad-network': 'Fragen Sie noch einmal nach dem Netztext, oder verwenden Sie ein anderes Netz.',
    'wrong-relay-key':
      'Fragen Sie die, von denen Sie dieses Netz haben, nach dem heutigen Text. Machen Sie nicht weiter, wenn dort niemand von einer Änderung weiß.',
    'untrusted-relay':
      'Fragen Sie die, von denen Sie dieses Netz haben, nach einem Text, der den Schlüssel des Relays nennt.',
    'record-refused': 'Prüfen Sie, ob es das richtige Netz ist, und fragen Sie die, die es betreiben.',
  },
};
