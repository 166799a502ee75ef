# 問い合わせのための報告。

report-when = 日時
report-zone = タイムゾーン
report-account = アカウント
report-symptom = 症状
report-program = プログラム
report-system = システム
report-clock = 時計
report-clock-kept = ほかの時計に合わせてある
report-clock-free = ほかの時計に合わせていない
report-clock-unknown = システムが教えない
report-vault = 保管庫
report-operations = 最近行ったこと
report-no-secrets = この報告に秘密は含まれません。コードも、鍵も、パスフレーズもありません。
