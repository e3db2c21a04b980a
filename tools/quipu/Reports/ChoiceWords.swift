/// What a word of a closed vocabulary is called before a Spanish reader of a page; JSON, the command line
/// and English pages keep the word itself.
func choiceText(_ word: String, _ language: Language) -> String {
  language == .spanish ? spanishChoices[word] ?? word : word
}

private let spanishChoices: [String: String] = [
  "access": "acceso", "accepted": "aceptada", "address": "domicilio", "block": "bloquea",
  "bereavement": "duelo", "bounced": "devuelto",
  "call": "llamada", "cancellation": "cancelación", "card": "tarjeta", "cash": "efectivo",
  "chatbot": "asistente", "cheque": "cheque", "component": "componente",
  "consolidation": "consolidación", "consumer": "consumo", "cost": "gastos",
  "countered": "contraofertada", "debtor": "deudor", "declined": "rechazada",
  "despair": "desesperación", "directDebit": "débito automático", "email": "correo",
  "erased": "suprimida", "error": "error",
  "fine": "multa",
  "following": "día hábil siguiente", "fraud": "fraude", "granted": "concedida",
  "guarantor": "garante", "harm": "daño evidente",
  "hold": "saldo a favor", "illness": "enfermedad", "inbound": "entrante",
  "information": "información",
  "instalments": "cuotas", "interest": "interés", "item": "cuota", "largeScale": "gran escala",
  "last": "última",
  "letter": "carta", "lossOfWork": "pérdida de trabajo",
  "micro": "microempresa", "mobile": "celular", "mortgage": "hipotecario",
  "next": "próxima", "none": "ninguna", "objectiveTreatment": "tratamiento objetivo",
  "opposition": "oposición", "other": "otro", "outbound": "saliente",
  "overIndebtedness": "sobreendeudamiento", "pass": "cumple",
  "paymentPlan": "plan de pagos", "penalty": "mora", "personal": "personal", "phone": "teléfono",
  "portability": "portabilidad", "portal": "portal", "prepayment": "prepago",
  "principal": "capital", "push": "notificación", "real": "real",
  "rectification": "rectificación", "refused": "denegada", "refinancing": "refinanciación",
  "representative": "representante", "reprogramming": "reprogramación",
  "restructuring": "reestructuración", "right": "titular", "settlement": "transacción",
  "sensitive": "datos sensibles", "small": "pequeña empresa", "specialist": "especialista",
  "support": "apoyo",
  "telecom": "telecomunicaciones", "third": "tercero", "transfer": "transferencia",
  "utility": "servicio público", "violence": "violencia", "visit": "visita", "wallet": "billetera",
  "warn": "advierte",
  "wrong": "equivocado",
]
