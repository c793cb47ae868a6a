"""Which language a text is in: by its script, by the commonest words, by the letters that follow each other.

Small on purpose: eleven languages of the Latin script told apart, and the scripts that belong to one language or a few.
The answer comes with a certainty, so that a short text is not called wrong.
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

# The commonest words of each language, commonest first.
WORDS = {
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres sí dijo sido gran país según menos mundo año antes estado quiero mientras hacer nada personas servicios información solicitud usted puede debe cita ayuda casa mujer hombre niños ciudad trabajo nuestro gracias buenos hola señora quiere pide ayuntamiento centro página siguiente volver enviar nombre apellidos fecha teléfono correo dirección derecho consultar aquí",
    "en": "the of and to a in is it you that he was for on are with as i his they be at one have this from or had by not but what some we can out other were all there when up use your how said an each she which do their time if will way about many then them would like so these her long make thing see him two has look more day could go come did number sound no most people my over know water than call first who may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name very through just form sentence great think say help low line before turn cause same mean differ move right boy old too does tell set three want air well also play small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth father page should next search please contact service information select enter must following example without warning text link button language",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec ou son lui aux d'un cette comme mais nous été leur y dont elle même sa aussi ces tout bien peut fait ont deux être était ans entre vous sans je faire après peu où avait ils si encore sous non très moins donc quand depuis avoir jour temps autre vers pays monde vie notre votre mon homme femme enfant madame monsieur bonjour merci allez allons voir dire veut vient rien toujours jamais trop beaucoup chez nom prénom adresse page suivant retour envoyer aide service information droit demande plaisante plaisir française français chose heure jours petite grande maison ville rue travail quelque quelques autres celui ceux voilà oui c'est n'est qu'il j'ai l'eau d'une s'il vous plaît",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei hatte kann gegen vom können schon wenn habe seine mark ihre dann unter wir soll ich eines jahr zwei jahren diese dieser wieder keine uhr seiner worden will zwischen immer millionen was sagte gibt alle seit muss wurden beim doch jetzt waren drei jahre neue neuen damit bereits da ihr seinen müssen ab ihrer ihren ohne sondern selbst ersten nun etwa heute ihm weil guten tag danke bitte straße haus stadt frau herr kinder hilfe seite weiter zurück senden name adresse ich möchte",
    "it": "di e il la che in a per un del è non una le si con i da della sono come al più ha dei alla nel gli anche ma o delle dal se lo questo ci loro essere suo tra stato anni nella sua dalla due ai fatto prima hanno degli ed era cui dopo quando senza quello così mi tutti molto tutto sul perché cosa io ancora fra poi dove chi bene già sempre solo noi ogni parte altri volta tempo anno giorno grazie buongiorno signora signore casa città lavoro aiuto pagina avanti indietro invia nome cognome indirizzo servizio informazioni richiesta della nostra vostra oggi questa questi quella voglio posso deve può andiamo vita uomo donna bambini",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia seja qual será nós tenho lhe deles essas esses pelas este fosse dele tu te vocês vos lhes meus minhas teu obrigado obrigada bom dia senhora casa cidade trabalho ajuda página seguinte voltar enviar nome endereço serviço informação pedido mulher homem crianças então não são informações ação",
    "ca": "de la i el a que en els un per les amb una és no del al com es més o ha va seu dels ser se què però aquest són entre sobre també si han fins ja seva molt on quan aquesta després sense tot està ens quin fer pot anys dia cada nou altres perquè només així sempre bé gràcies bon dia senyora casa ciutat treball ajuda pàgina següent tornar enviar nom cognoms adreça servei informació sol·licitud dona home nens volem podeu heu vostre nostre aquests aquestes llengua avui tots totes hem hi ho fet",
    "gl": "de a o que e do da en un unha para é non os con no se na por máis as dos como foi ao das ten seu súa ou ser cando moito hai nos xa está eu tamén só pola polo ata iso ela entre era despois sen mesmo aos ter quen nas este esta isto aquí onde grazas bos días señora casa cidade traballo axuda páxina seguinte volver enviar nome enderezo servizo información solicitude muller home nenos galego galega xunta xente dúas",
    "eu": "eta da ez bat du dira baina ere egin den izan dute zen duen hau edo beste hori bere egiten zuen dut oso gero baino bai behar hemen nola zer urte lan etxe gizon emakume haur eskerrik asko egun on kaixo mesedez laguntza orria hurrengo itzuli bidali izena abizena helbidea zerbitzua informazioa eskaera dago daude ditu dituzte arte ondoren orain gure zure haien herri udala euskara nahi duzu gehiago guztiak baten batean",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er die om ook als maar dan bij nog naar hij uit worden door over ze werd hebben tot heeft wordt was ik meer kan dit al deze zo of had wel je zich hun moet wat wij we onder geen gaat veel jaar na tegen onze mensen dag goed bedankt alstublieft huis stad vrouw man kinderen hulp pagina volgende terug verzenden naam adres dienst informatie aanvraag zou waar omdat alleen zonder tussen twee nieuwe eerste",
    "ro": "de și în a la cu pe nu să o care este din că un mai sunt pentru au fi ce se prin ca s-a sau după fost către până dar această acest lui foarte când doar între fără toate bine mulțumesc bună ziua doamna casă oraș muncă ajutor pagina următoarea înapoi trimite nume adresă serviciu informații cerere femeie bărbat copii noi voi ei ele avea poate trebuie unde cum aici acum",
    "la": "et in est non ad ut cum sed per ex amet sit dolor ipsum lorem consectetur adipiscing elit nec vel quam mauris nunc etiam donec eget ante diam dui vitae tempus pharetra aliquet pulvinar maximus maecenas sapien varius luctus porttitor eros tellus massa felis nulla quis at a ac id eu tristique ultrices ligula risus sem orci lacus turpis vestibulum sollicitudin fermentum faucibus suspendisse vivamus integer phasellus curabitur quisque aliquam morbi praesent proin sunt ille hoc quod qui quae nos vos esse deus omnia",
    "pl": "w i na z się nie do to że o jest jak a po za od dla przez są tak co ze tego lub oraz ale był być już może tym jego przed które który także tylko ich ma czy roku jako dzień dobry dziękuję proszę pani pan dom miasto praca pomoc strona następna wstecz wyślij imię nazwisko adres usługa informacje wniosek kobieta dzieci my wy oni ją jej nasz wasz gdzie kiedy tutaj teraz bardzo bez",
}
_SCRIPTS = {
    "ARABIC": ("ar", "fa", "ur", "ps", "ckb"), "HEBREW": ("he", "yi"), "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "be", "kk"),
    "GREEK": ("el",), "HIRAGANA": ("ja",), "KATAKANA": ("ja",), "HANGUL": ("ko",), "CJK": ("zh", "ja"), "DEVANAGARI": ("hi", "mr", "ne"),
    "BENGALI": ("bn",), "THAI": ("th",), "GEORGIAN": ("ka",), "ARMENIAN": ("hy",), "TAMIL": ("ta",), "GURMUKHI": ("pa",), "ETHIOPIC": ("am", "ti"),
}  # fmt: skip
RIGHT_TO_LEFT = frozenset(["ar", "fa", "ur", "he", "yi", "ps", "ckb", "dv", "sd", "ug"])


@dataclass(frozen=True)
class Guess:
    """A language (two letters), how much likelier it is than each rival (natural logarithm), and the words judged."""

    language: str
    margins: dict[str, float]
    words: int
    script: str = "LATIN"

    def over(self, other: str) -> float:
        """How much likelier than `other`; 0 where `other` is not told apart here."""
        return self.margins.get(other, 0.0)


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’·][^\W\d_]+)*", text.lower().replace("’", "'"))


def script_of(text: str) -> str:
    """The script most letters are in: 'LATIN', 'ARABIC' …; '' where there are none."""
    found = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return found.most_common(1)[0][0] if found else ""


@lru_cache(maxsize=1)
def _profiles() -> dict[str, tuple[dict[str, float], dict[str, float], float]]:
    profiles = {}
    for language, text in WORDS.items():
        common: dict[str, float] = {}
        grams: Counter[str] = Counter()
        for rank, word in enumerate(words_of(text)):
            common[word] = max(common.get(word, 0), 1 / (rank + 8))
            for gram in _grams(word):
                grams[gram] += 1 / math.sqrt(rank + 10)
        total = sum(grams.values())
        profiles[language] = (common, dict(grams), total)
    return profiles


@lru_cache(maxsize=1)
def _spread() -> Counter[str]:
    """In how many languages each word is common."""
    return Counter(word for common, _, _ in _profiles().values() for word in common)


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + n] for n in (2, 3) for i in range(len(padded) - n + 1)]


@lru_cache(maxsize=20_000)
def _scores(word: str) -> tuple[float, ...]:
    """What a word says for each language of WORDS. Kept: pages of one site say the same words over and over."""
    spread = _spread()
    scores = []
    for common, grams, total in _profiles().values():
        score = 0.0
        if word in common:
            # A word that many languages share says little.
            score += 0.8 + 1.6 * math.log(len(WORDS) / spread[word]) + math.log(common[word] * 12 + 1)
        elif len(word) > 1:
            score -= 0.4
        for gram in _grams(word):
            score += math.log((grams.get(gram, 0) + 0.02) / (total + 12)) * 0.22
        scores.append(score)
    return tuple(scores)


def guess(text: str) -> Guess | None:
    """The likeliest language; None where there is nothing to judge by."""
    script = script_of(text)
    if not script:
        return None
    if script != "LATIN":
        languages = _SCRIPTS.get(script)
        if not languages:
            return None
        letters = sum(1 for c in text if c.isalpha())
        return Guess(languages[0], {o: float(letters) for o in WORDS}, len(words_of(text)), script)
    words = words_of(text)
    if not words:
        return None
    scores = dict.fromkeys(WORDS, 0.0)
    for word in words:
        for language, score in zip(WORDS, _scores(word), strict=True):
            scores[language] += score
    best = max(scores, key=scores.get)
    return Guess(best, {o: scores[best] - s for o, s in scores.items()}, len(words))


def tag_matches(tag: str, found: Guess) -> bool:
    """Whether a lang attribute can be right for what was found."""
    language = tag.lower().split("-")[0]
    if found.script != "LATIN":
        return language in _SCRIPTS.get(found.script, ())
    return language == found.language
