/// What a word of a vocabulary is called before a Spanish reader of a page, an outcome's code or a tone of
/// those that are usual included; JSON, the command line and English pages keep the word itself.
func choiceText(_ word: String, _ language: Language) -> String {
  language == .spanish ? spanishChoices[word] ?? word : word
}

private let spanishChoices: [String: String] = [
  "accepted": "aceptada", "access": "acceso", "address": "domicilio", "admin": "administrador",
  "agent": "agente", "amount": "monto", "anger": "enojo", "answer": "respuesta",
  "auditor": "auditor", "balance": "saldo", "bereavement": "duelo", "block": "bloquea",
  "blocked": "impedido", "bot": "asistente", "bounced": "devuelto", "busy": "ocupado",
  "call": "llamada", "call-back": "pide que la llamen", "cancellation": "cancelación",
  "cannotPay": "no puede pagar", "card": "tarjeta", "caring": "de cuidado", "cash": "efectivo",
  "ceaseContact": "pidió que no la contacten", "chatbot": "asistente", "cheque": "cheque",
  "clarify": "pregunta aclaratoria", "commercial-offers": "ofertas comerciales",
  "classification": "clasificación", "collection": "cobranza", "component": "componente",
  "consolidation": "consolidación", "consumer": "consumo", "contact": "contacto",
  "contactPoint": "punto de contacto",
  "contract": "contrato", "cost": "gastos", "countered": "contraofertada", "creditor": "acreedor",
  "currency": "moneda", "debt": "deuda", "debtor": "deudor", "deceased": "falleció",
  "declined": "rechazada", "despair": "desesperación", "directDebit": "débito automático",
  "dispute": "disputa", "document": "documento", "dpo": "oficial de datos",
  "dueDate": "vencimiento", "email": "correo", "en": "inglés", "erased": "suprimida",
  "error": "error", "es": "español", "fine": "multa", "firm": "firme",
  "following": "día hábil siguiente", "formal": "formal", "fraud": "fraude",
  "granted": "concedida", "guarantor": "garante", "handOver": "pasa a una persona",
  "hardship": "dificultad", "harm": "daño evidente", "helpful": "de ayuda",
  "hold": "saldo a favor", "howToPay": "cómo pagar", "human": "una persona",
  "identity": "identidad", "illness": "enfermedad", "inbound": "entrante", "informal": "informal",
  "information": "información", "instalments": "cuotas", "interest": "interés", "item": "cuota",
  "largeScale": "gran escala", "last": "última", "legal": "legal", "legalHold": "retención legal",
  "letter": "carta", "letter-returned": "carta devuelta", "lossOfWork": "pérdida de trabajo",
  "micro": "microempresa", "mobile": "celular", "mortgage": "hipotecario", "myData": "sus datos",
  "name": "nombre", "next": "próxima", "no-answer": "no contesta", "no-hour": "sin hora permitida",
  "no-point": "sin punto de contacto", "no-template": "sin plantilla", "none": "ninguna",
  "not-registered": "no registrado", "objectiveTreatment": "tratamiento objetivo",
  "opposition": "oposición", "other": "otro", "outbound": "saliente",
  "overIndebtedness": "sobreendeudamiento", "paid": "pagó", "partly-upheld": "procedente en parte",
  "pass": "cumple", "payment": "pago", "paymentDone": "pago hecho", "paymentPlan": "plan de pagos",
  "penalty": "mora", "person": "persona", "personal": "personal", "phone": "teléfono",
  "plan": "plan de pagos", "point": "punto de contacto", "portability": "portabilidad",
  "portal": "portal", "portfolio": "cartera", "prepayment": "prepago", "principal": "capital",
  "processingBlocked": "tratamiento bloqueado", "product": "producto", "promise": "promesa",
  "push": "notificación", "reader": "lector", "real": "real", "recorder": "registrador",
  "rectification": "rectificación", "refinancing": "refinanciación", "refusal": "se niega",
  "refused": "denegada", "rejected": "improcedente", "reminder": "recordatorio",
  "representative": "representante", "reprogramming": "reprogramación",
  "restructuring": "reestructuración", "right": "titular", "sensitive": "datos sensibles",
  "service": "servicio", "settlement": "transacción", "small": "pequeña empresa",
  "specialist": "especialista", "spoken": "hablado", "stop": "no más mensajes",
  "stranger": "persona desconocida", "support": "apoyo", "switched-off": "apagado",
  "system": "sistema", "telecom": "telecomunicaciones", "third": "tercero",
  "transfer": "transferencia", "undelivered": "no entregado", "underCare": "en cuidado",
  "unsure": "poco claro", "unsureAgain": "poco claro otra vez", "upheld": "procedente",
  "utility": "servicio público", "violence": "violencia", "visit": "visita",
  "voicemail": "buzón de voz", "vulnerable": "en situación vulnerable", "wallet": "billetera",
  "warm": "cálido", "warn": "advierte", "whoAreYou": "quién escribe",
  "will-pay": "dice que pagará", "wrong": "equivocado", "wrong-number": "número equivocado",
]

/// A source of law or a rule's citation before a reader: what is cited keeps its name, the words about it
/// are in his language.
func sourceText(_ source: String, _ language: Language) -> String {
  guard language == .spanish else { return source }
  return spanishSources.reduce(source) { $0.replacing($1.english, with: $1.spanish) }
}

private let spanishSources: [(english: String, spanish: String)] = [
  ("House policy", "Política de la casa"), ("Policy; compare", "Política; compárese"),
  ("; compare ", "; compárese "), (" and additions", " y adiciones"), (" and 62", " y 62"),
  ("(documents of supervised lenders)", "(documentos de empresas supervisadas)"),
  ("(infringements prescribe in two years)", "(las infracciones prescriben a los dos años)"),
  ("as long as the debt it belongs to", "mientras dure la deuda a la que pertenece"),
  ("(records of high-risk AI; assumed)", "(registros de IA de alto riesgo; supuesto)"),
  ("(books and records)", "(libros y registros)"),
  ("(written consent)", "(consentimiento por escrito)"), ("(legal duty)", "(deber legal)"),
  ("(contract)", "(contrato)"), ("access's term", "el plazo del acceso"), (", access", ", acceso"),
]
