export const network = {
  title: 'Netz',
  refresh: 'Neu lesen',
  refreshed: 'Neu gelesen',
  unread: 'Wie dieses Konto verbunden ist, ließ sich nicht lesen.',
  dot: {
    all: 'alle Wege sind in Ordnung',
    some: 'nur ein Weg ist in Ordnung',
    none: 'kein Weg antwortet',
  },
  banner: {
    replaced:
      'Dieses Konto wurde auf einem anderen Gerät wiederhergestellt oder gelöscht. Von hier lässt sich nichts mehr senden oder empfangen. Was hier ist, bleibt lesbar; um hier weiterzumachen, stellen Sie das Konto aus seinen Wörtern wieder her.',
    elsewhere:
      'Ein anderes Programm benutzt genau dieses Gerät. Schließen Sie eines von beiden: Ein Profil, das an zwei Orten läuft, verliert Nachrichten.',
    'wrong-relay-key':
      'Das Relay zeigt einen anderen Schlüssel, als seine Adresse sagt: Jemand steht vielleicht dazwischen. Dorthin wird nichts gesendet. Chats, die den Onion-Weg nehmen dürfen, gehen dort weiter.',
    'untrusted-relay':
      'Keine bekannte Stelle bürgt für das Relay, darum wird dorthin nichts gesendet. Chats, die den Onion-Weg nehmen dürfen, gehen dort weiter.',
    'all-down':
      'Kein Weg antwortet richtig. Sie können lesen und schreiben: Was Sie senden, wartet hier und geht von selbst hinaus. Prüfen Sie die Verbindung dieses Computers.',
    'relay-down':
      'Das Relay antwortet nicht richtig. Automatische Chats gehen auf dem Onion-Weg weiter; Chats, die auf Relay stehen, warten.',
    'onion-down':
      'Der Onion-Weg antwortet nicht richtig. Automatische Chats gehen über das Relay weiter; Chats, die auf Onion stehen, warten und nehmen keinen anderen Weg.',
    'both-behind-onion':
      'Das Onion-Netz antwortet schlecht, und Sie lassen auch das Relay durch dieses Netz fragen. Was Sie senden, wartet hier und geht von selbst ab; Post vom Relay kommt weiter an.',
    'only-relay-down':
      'Das Relay antwortet nicht richtig. Sie können lesen und schreiben: Was Sie senden, wartet hier und geht von selbst hinaus.',
    'only-onion-down':
      'Der Onion-Weg antwortet nicht richtig. Sie können lesen und schreiben: Was Sie senden, wartet hier und geht von selbst hinaus.',
    look: 'Netz ansehen',
  },
  subtitle: {
    label: '{{way}}. Den Weg der Nachrichten zeigen.',
    relay: 'Relay',
    relayAfar: 'Relay, durch das Onion-Netz',
    onion: 'Onion',
    auto: 'Automatisch: {{way}}',
    latency: '{{way}} · {{ms}} ms',
    hops_one: '{{way}} · {{count}} Station',
    hops_other: '{{way}} · {{count}} Stationen',
    relayWaits: 'Relay: wartet, das Relay antwortet nicht',
    relayAfarWaits: 'Relay: wartet, das Onion-Netz davor antwortet nicht',
    onionWaits: 'Onion: wartet, der Onion-Weg antwortet nicht',
    autoWaits: 'Automatisch: wartet, kein Weg antwortet',
    relayComing: 'Relay: wird verbunden …',
    relayAfarComing: 'Relay: wird durch das Onion-Netz verbunden …',
    onionComing: 'Onion: wird verbunden …',
    autoComing: 'Automatisch: wird verbunden …',
  },
  path: {
    title: 'Der Weg Ihrer Nachrichten',
    relayTitle: 'Über das Relay',
    onionTitle: 'Auf dem Onion-Weg',
    ask: 'Zum Senden und Nachschlagen',
    server: 'Zu einem Relay, durch das Onion-Netz',
    mailbox: 'Aus Ihrem Postfach {{number}}',
    other: 'Ein anderer Pfad',
    you: 'Sie',
    youAre: 'Dieses Gerät',
    guard: 'Wächter',
    middle: 'Mittlere Station',
    exit: 'Letzte Station',
    destination: 'Ziel',
    destinationOf: {
      ask: 'Die Speicherknoten, die das Postfach oder den Eintrag der anderen Seite aufbewahren',
      server: 'Ein Relay',
      mailbox: 'Die Speicherknoten, die Ihr Postfach aufbewahren',
      other: 'Ein Speicherknoten',
    },
    relay: 'Relay',
    recipient: 'Empfänger',
    recipientIs: 'Das andere Gerät holt beim Relay ab',
    hops: 'Drei Speicherknoten',
    key: 'Schlüssel',
    latency: 'Letzte Antwort in {{ms}} ms',
    unmeasured: 'Noch nicht gemessen',
    noRelay: 'Dieses Konto benutzt kein Relay.',
    noOnion: 'Dieses Konto ist nicht auf dem Onion-Weg.',
    none: 'Gerade steht kein Pfad. Pfade werden gebaut, wenn sie gebraucht werden.',
    rotate: 'Neue Pfade bauen',
    rotateHelp:
      'Neue Pfade führen durch andere Speicherknoten. Die Wächter bleiben: Sie oft zu wechseln würde Ihre Adresse immer mehr Speicherknoten zeigen.',
    rotated: 'Ab jetzt werden neue Pfade benutzt',
    who: 'Wer was sieht',
    sees: {
      guard:
        'Der Wächter sieht Ihre Internetadresse und die mittlere Station. Weder was Sie senden noch für wen es ist.',
      middle: 'Die mittlere Station sieht den Wächter und die letzte Station, und von beiden Enden nichts.',
      exit: 'Die letzte Station sieht das Ziel, und nicht, wer Sie sind.',
      destination: 'Das Ziel sieht eine versiegelte Nachricht für ein Postfach, und nicht, woher sie kam.',
      relay:
        'Das Relay sieht Ihre Internetadresse, wann Sie verbunden sind und für welches Konto eine Nachricht ist. Es kann sie nicht lesen, und eine versiegelte Nachricht sagt nicht, von wem sie ist.',
      relayAfar:
        'Das Relay sieht Ihre Internetadresse und wann Sie verbunden sind, denn Post kommt direkt an. Was Sie senden, erreicht es von einer letzten Station: Es sieht, für welches Konto eine Nachricht ist, und nicht, von welcher Adresse sie kam.',
    },
  },
  state: {
    well: 'antwortet',
    coming: 'wird verbunden …',
    ill: 'antwortet schlecht',
    down: 'antwortet nicht',
    stopped: 'angehalten',
    absent: 'von diesem Konto nicht benutzt',
  },
  problem: {
    'no-guard':
      'Kein Pfad durch das Onion-Netz funktioniert, und keiner der Wächter antwortet. Prüfen Sie die Verbindung dieses Computers. Ist sie in Ordnung, haben die Wächter das Netz verlassen: Fragen Sie jemanden aus Ihrem Netz oder wer das Verzeichnis führt nach dem heutigen Netztext.',
    'no-path':
      'Kein Pfad durch das Onion-Netz funktioniert. Die Wächter antworten, aber zu viele Speicherknoten des Verzeichnisses sind ausgefallen oder fort. Warten Sie auf sie, oder fragen Sie jemanden aus Ihrem Netz oder wer das Verzeichnis führt nach dem heutigen Netztext.',
    'other-list':
      'Kein Pfad durch das Onion-Netz funktioniert. Die Wächter richten sich nach einem Verzeichnis, das niemand unterschrieben hat, dem dieses Konto vertraut. Fragen Sie jemanden aus Ihrem Netz oder wer das Verzeichnis führt nach dem heutigen Netztext.',
    'wrong-relay-key':
      'An seiner Adresse zeigt sich ein anderer Schlüssel, als die Adresse sagt: Jemand steht vielleicht dazwischen, oder das Relay wurde neu aufgesetzt. Dorthin wird nichts gesendet. Fragen Sie den Betreiber auf einem anderen Weg nach der heutigen Adresse.',
    'untrusted-relay':
      'Keine bekannte Stelle bürgt für den Server an seiner Adresse. Dorthin wird nichts gesendet. Fragen Sie den Betreiber nach der ganzen Adresse, mit dem Schlüssel.',
  },
  roads: { title: 'Wege', latency: '{{ms}} ms', none: 'Noch wird kein Weg benutzt.' },
  relay: {
    title: 'Relay',
    none: 'Dieses Konto benutzt kein Relay: Es lebt nur auf dem Onion-Weg.',
    host: 'Adresse',
    key: 'Schlüssel',
    noKey: 'keiner: Eine Zertifizierungsstelle bürgt für es',
    state: 'Zustand',
    latency: 'Antwortet in',
  },
  directory: {
    title: 'Verzeichnis der Speicherknoten',
    none: 'Dieses Konto hat kein Verzeichnis: Es benutzt den Onion-Weg nicht.',
    help: 'Wessen Verzeichnis denselben Namen hat, ist im selben Netz.',
    name: 'Name',
    sequence: 'Nummer',
    issued: 'Unterschrieben am',
    nodes: 'Speicherknoten',
    swarms: 'Schwärme',
    signers: 'Nötige Unterschriften',
    unsigned:
      'keine: Niemand hat diese Liste unterschrieben, sie ist, was mehrere gesehen haben. Für sie bürgt nur, von wem sie kommt, und keine neuere weist sich aus',
    threshold: '{{threshold}} von {{signers}}',
  },
  guards: {
    title: 'Wächter',
    help: 'Die erste Station jedes Pfades, und die einzigen Speicherknoten, die Ihre Internetadresse sehen. Sie bleiben lange, damit es wenige sind.',
    none: 'Noch wurde keiner gewählt.',
    since: 'seit {{date}}',
    used: 'in Gebrauch: Neue Pfade beginnen hier',
    reserve: 'in Reserve: wartet, bis er dran ist',
    resting: 'ruht: hat nicht geantwortet oder wird bezweifelt',
  },
  paths: {
    title: 'Pfade',
    count_one: '{{count}} Pfad steht',
    count_other: '{{count}} Pfade stehen',
    show: 'Pfade zeigen',
  },
  proxy: {
    title: 'Proxy',
    on: 'Alles geht durch einen Proxy.',
    off: 'Nichts geht durch einen Proxy.',
  },
  doctor: {
    title: 'Prüfung',
    help: 'Fragt beide Wege, vergleicht Uhren und sieht nach, ob andere dieses Konto erreichen.',
    run: 'Jetzt prüfen',
    running: 'Wird geprüft …',
    allWell: 'Alles ist in Ordnung',
    problems_one: '{{count}} Punkt braucht Aufmerksamkeit',
    problems_other: '{{count}} Punkte brauchen Aufmerksamkeit',
    ok: 'In Ordnung',
    problem: 'Problem',
    note: 'Hinweis',
  },
  check: {
    proxy: {
      name: 'Proxy',
      ok: 'Er nimmt Verbindungen an.',
      bad: 'Er nimmt keine Verbindungen an. Starten Sie ihn, oder starten Sie Sotto ohne ihn.',
    },
    relay: {
      name: 'Relay',
      ok: 'Es antwortet.',
      bad: 'Es antwortet nicht, oder es ist nicht das, das es sein sollte. Prüfen Sie die Verbindung dieses Computers; fragen Sie dann den Betreiber.',
    },
    onion: {
      name: 'Onion-Weg',
      ok: 'Ein Pfad durch das Onion-Netz antwortet.',
      bad: 'Kein Pfad durch das Onion-Netz antwortet. Prüfen Sie die Verbindung dieses Computers; wenn es anderen auch so geht, fragen Sie, wer das Verzeichnis führt.',
    },
    relayConnection: {
      name: 'Verbindung zum Relay',
      ok: 'Sie steht.',
      bad: 'Sie wurde endgültig beendet: Dieses Gerät läuft zweimal, oder das Konto wurde gelöscht oder anderswo wiederhergestellt.',
    },
    onionConnection: {
      name: 'Abholen auf dem Onion-Weg',
      ok: 'Es läuft.',
      bad: 'Es wurde endgültig beendet: Dieses Gerät läuft zweimal, oder das Konto wurde gelöscht oder anderswo wiederhergestellt.',
    },
    clock: {
      name: 'Uhr, verglichen mit dem Relay',
      ok: 'Genau genug.',
      bad: 'Sie weicht um mehr als fünf Minuten ab. Stellen Sie die Uhr dieses Computers.',
    },
    onionClock: {
      name: 'Uhr, verglichen mit den Speicherknoten',
      ok: 'Genau genug.',
      bad: 'Sie weicht um mehr als fünf Minuten ab. Stellen Sie die Uhr dieses Computers.',
    },
    record: {
      name: 'Kontoeintrag',
      ok: 'Er ist gültig und veröffentlicht.',
      bad: 'Er ist nicht veröffentlicht oder nicht mehr gültig. Er wird von selbst erneuert, während Sotto läuft und das Netz antwortet.',
    },
    swarm: {
      name: 'Kontoeintrag in seinem Schwarm',
      ok: 'Genug Speicherknoten bewahren ihn auf.',
      bad: 'Zu wenige Speicherknoten bewahren ihn auf; auf dem Onion-Weg finden deshalb nur wenige dieses Konto. Lassen Sie Sotto laufen: Es legt ihn neu ab.',
    },
    guards: {
      name: 'Wächter',
      ok: 'Mindestens einer antwortet.',
      bad: 'Keiner antwortet. Prüfen Sie die Verbindung dieses Computers.',
    },
    directory: {
      name: 'Verzeichnis',
      ok: 'Es ist aktuell.',
      bad: 'Es lässt sich nicht benutzen. Fragen Sie, wer es führt.',
      note: 'Es ist mehr als 90 Tage alt. Fragen Sie andere in Ihrem Netz, wie alt ihres ist: Vielleicht wird Ihnen ein neueres vorenthalten.',
    },
    relayKeys: {
      name: 'Einmalschlüssel beim Relay',
      ok: 'Es sind noch welche da.',
      bad: 'Es sind keine mehr da. Lassen Sie Sotto laufen: Es füllt sie auf. Bis dahin benutzen erste Nachrichten einen Schlüssel, der mehrmals benutzt wird.',
    },
    onionKeys: {
      name: 'Einmalschlüssel auf dem Onion-Weg',
      ok: 'Es sind noch welche da.',
      bad: 'Es sind keine mehr da. Lassen Sie Sotto laufen: Es füllt sie auf. Bis dahin benutzen erste Nachrichten einen Schlüssel, der mehrmals benutzt wird.',
    },
    outbox: {
      name: 'Postausgang',
      ok: 'Nichts wartet.',
      bad: 'Nachrichten warten. Sie gehen hinaus, während Sotto läuft und das Netz antwortet.',
    },
    refused: {
      name: 'Abgelehnte Post',
      ok: 'Seit dem Start wurde Post abgelehnt: Sie war beschädigt, alt oder nicht das, was sie zu sein vorgab.',
      bad: 'Seit dem Start wurde viel Post abgelehnt.',
    },
    runtime: {
      name: 'Node.js',
      ok: 'Die Version ist neu genug.',
      bad: 'Die Version ist zu alt. Installieren Sie eine neuere.',
    },
    profile: { name: 'Profil', ok: 'Es lässt sich öffnen.', bad: 'Es lässt sich so nicht öffnen.' },
    permissions: {
      name: 'Rechte an den Dateien des Profils',
      ok: 'Nur Sie können sie lesen.',
      bad: 'Andere auf diesem Computer könnten sie lesen. Nehmen Sie ihnen diese Rechte.',
    },
    other: {
      name: 'Eine weitere Prüfung',
      ok: 'In Ordnung.',
      bad: 'Nicht in Ordnung. Rufen Sie „sotto doctor“ in einem Terminal auf: Dort steht mehr.',
    },
  },
};
