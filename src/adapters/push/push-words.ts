/** The words of a notification. */
export interface PushWords {
  readonly accept: string;
  readonly decline: string;
  readonly audio: string;
  readonly video: string;
  readonly over: {
    readonly missed: string;
    readonly answered: string;
    readonly declined: string;
    readonly ended: string;
  };
}

const WORDS: Readonly<Record<string, PushWords>> = {
  en: {
    accept: 'Accept',
    decline: 'Decline',
    audio: 'Incoming audio call',
    video: 'Incoming video call',
    over: {
      missed: 'Missed call',
      answered: 'You answered on another device.',
      declined: 'You declined on another device.',
      ended: 'Call ended',
    },
  },
  de: {
    accept: 'Annehmen',
    decline: 'Ablehnen',
    audio: 'Eingehender Anruf',
    video: 'Eingehender Videoanruf',
    over: {
      missed: 'Verpasster Anruf',
      answered: 'Sie haben auf einem anderen Gerät angenommen.',
      declined: 'Sie haben auf einem anderen Gerät abgelehnt.',
      ended: 'Anruf beendet',
    },
  },
  es: {
    accept: 'Aceptar',
    decline: 'Rechazar',
    audio: 'Llamada entrante',
    video: 'Videollamada entrante',
    over: {
      missed: 'Llamada perdida',
      answered: 'Respondiste en otro dispositivo.',
      declined: 'Rechazaste en otro dispositivo.',
      ended: 'Llamada finalizada',
    },
  },
  fr: {
    accept: 'Accepter',
    decline: 'Refuser',
    audio: 'Appel entrant',
    video: 'Appel vidéo entrant',
    over: {
      missed: 'Appel manqué',
      answered: 'Vous avez répondu sur un autre appareil.',
      declined: 'Vous avez refusé sur un autre appareil.',
      ended: 'Appel terminé',
    },
  },
  zh: {
    accept: '接听',
    decline: '拒绝',
    audio: '语音来电',
    video: '视频来电',
    over: {
      missed: '未接来电',
      answered: '你已在另一台设备上接听。',
      declined: '你已在另一台设备上拒绝。',
      ended: '通话已结束',
    },
  },
  ar: {
    accept: 'قبول',
    decline: 'رفض',
    audio: 'مكالمة صوتية واردة',
    video: 'مكالمة فيديو واردة',
    over: {
      missed: 'مكالمة فائتة',
      answered: 'رددت على جهاز آخر.',
      declined: 'رفضت على جهاز آخر.',
      ended: 'انتهت المكالمة',
    },
  },
};

/** The words of a language tag, such as `de-AT`; English for a language without words. */
export function wordsOf(lang: string): PushWords {
  const known = WORDS[lang.toLowerCase().split('-')[0] ?? ''] ?? WORDS['en'];
  if (known === undefined) throw new Error('there are no English words');
  return known;
}
