using System.Net;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// A slice in a report: before, what each method made of it, the difference, and the truth, each with its window; above them
/// a slider between before and the method that was chosen. Without a script the pictures stand there alone.
/// </summary>
internal static class ComparisonHtml
{
    /// <summary>The rules of the pictures and the slider.</summary>
    public const string Style = """
        .g{display:grid;grid-template-columns:repeat(auto-fill,minmax(9em,1fr));gap:.6em;margin:.6em 0}.g figure{margin:0}.g img,.s img{width:100%;height:auto;display:block;background:#000}
        .g figcaption{font-size:.8em;overflow-wrap:anywhere}.g button{all:unset;cursor:pointer;display:block;width:100%}.g button:focus-visible{outline:3px solid}
        .g button[aria-pressed=true]{box-shadow:0 0 0 3px #1f77b4}.s{max-width:30em}.s>div{position:relative;touch-action:pan-y;user-select:none;cursor:ew-resize}.s img+img{position:absolute;inset:0;height:100%}
        .s i{position:absolute;top:0;bottom:0;width:2px;margin-left:-1px;background:#ffdd00}.s input{width:100%;margin:.5em 0 0}.s p{margin:0;font-size:.9em;display:flex;justify-content:space-between;gap:1em}
        """;

    // The pictures of the slider are those of the grid, so that none stands twice in the file. A finger on them moves it, too.
    public const string Script = """
        for(const c of document.querySelectorAll('.case')){
        const s=c.querySelector('.s'),d=s.querySelector('div'),[b,a]=s.querySelectorAll('img'),r=s.querySelector('input'),[left]=s.querySelectorAll('p span'),buttons=c.querySelectorAll('.g button');
        const move=()=>{a.style.clipPath=`inset(0 ${100-r.value}% 0 0)`;s.querySelector('i').style.left=r.value+'%'};
        const choose=x=>{for(const y of buttons)y.setAttribute('aria-pressed',y===x);a.src=x.firstElementChild.src;a.alt=x.firstElementChild.alt;left.textContent=x.dataset.m};
        d.onpointerdown=d.onpointermove=e=>{if(!e.buttons)return;const q=d.getBoundingClientRect();r.value=100*(e.clientX-q.left)/q.width;move()};d.ondragstart=()=>false;
        b.src=c.querySelector('.g img').src;r.oninput=move;for(const x of buttons)x.onclick=()=>choose(x);choose(buttons[0]);move();s.hidden=false}
        """;

    /// <summary>Writes a slice.</summary>
    public static void Write(TextWriter text, SliceComparison slice)
    {
        text.WriteLine($"<div class=\"case\"><h3>{Safe(slice.Title)}</h3>");
        text.WriteLine(
            $"<div class=\"s\" hidden=\"\"><div><img{HtmlPicture.SizeOf(slice.Before)} alt=\"before\"/><img alt=\"\"/><i></i></div>"
            + $"<input type=\"range\" min=\"0\" max=\"100\" value=\"50\" aria-label=\"{Safe($"from before to after, {slice.Title}")}\"/>"
            + $"<p><span></span><span>before</span></p></div>");
        text.WriteLine("<div class=\"g\">");
        Picture(text, slice, "before", slice.Before, $"{slice.Window}", "");
        foreach (var method in slice.Methods)
        {
            Picture(text, slice, method.Method, method.After, $"{slice.Window}", method.Method);
            Picture(text, slice, $"{method.Method} less before", method.Difference, $"{slice.DifferenceWindow}", "");
        }

        Picture(text, slice, "truth", slice.Truth, $"{slice.Window}", "");
        text.WriteLine("</div></div>");
    }

    private static void Picture(TextWriter text, SliceComparison slice, string name, byte[] png, string window,
        string method)
    {
        var image = HtmlPicture.Of(png, $"{name}: {slice.Title}");
        if (method.Length > 0) image = $"<button data-m=\"{Safe(method)}\" aria-pressed=\"false\">{image}</button>";
        text.WriteLine($"<figure>{image}<figcaption>{Safe(name)}<br/><small>{Safe(window)}</small></figcaption></figure>");
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
